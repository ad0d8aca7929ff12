package com.wavlake.ingest.server;

import com.sun.management.OperatingSystemMXBean;
import com.wavlake.ingest.store.SqlCounters;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.time.Time;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How full the server is, and whether it is time for a bigger one: at three quarters of the
 * streams, four fifths of the viewers and of the month's traffic, and at 70 % of the processors
 * over five minutes. Safe for use by many threads.
 */
public final class Capacity implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Capacity.class);
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final int CPU_SAMPLES = 10;
  private static final int PERCENT = 100;
  private static final String SENT = "sent_bytes";
  private static final double STREAMS_TRIGGER = 0.75;
  private static final double VIEWERS_TRIGGER = 0.8;
  private static final double TRAFFIC_TRIGGER = 0.8;
  private static final double CPU_TRIGGER = 0.7;

  private final StreamRegistry registry;
  private final SqlCounters counters;
  private final LongSupplier sentBytes;
  private final Limits limits;
  private final Time time;
  private final Time.Alarm measuring;
  private final Map<String, Boolean> triggered = new ConcurrentHashMap<>();
  private final double[] cpu = new double[CPU_SAMPLES];
  private int cpuSamples;
  private volatile double cpuLoad;
  private volatile Kept kept = new Kept("", 0, 0);

  /** What was kept last: of which month, its total, and what had been sent by then. */
  private record Kept(String period, long monthBytes, long sentBytes) {}

  /**
   * What there is room for.
   *
   * @param streams encoders at a time
   * @param viewers at a time
   * @param monthlyBytes of media sent
   */
  public record Limits(int streams, int viewers, long monthlyBytes) {}

  /**
   * Something that can be full.
   *
   * @param name {@code streams}, {@code viewers}, {@code traffic} or {@code cpu}
   * @param now how much is used
   * @param limit of how much
   * @param trigger from where on it is time for more
   */
  public record Figure(String name, double now, double limit, double trigger) {
    /** Whether it is time for more. */
    public boolean isTriggered() {
      return now >= trigger;
    }
  }

  /**
   * Begins to measure.
   *
   * @param sentBytes media sent since the server started
   */
  public Capacity(
      StreamRegistry registry,
      SqlCounters counters,
      LongSupplier sentBytes,
      Limits limits,
      Time time) {
    this.registry = registry;
    this.counters = counters;
    this.sentBytes = sentBytes;
    this.limits = limits;
    this.time = time;
    keep();
    this.measuring = time.repeat(EVERY, this::measure);
  }

  /** All figures. */
  public List<Figure> figures() {
    return List.of(
        figure("streams", registry.connectedStreams(), limits.streams(), STREAMS_TRIGGER),
        figure("viewers", registry.viewers(), limits.viewers(), VIEWERS_TRIGGER),
        figure("traffic", (double) monthBytes(), (double) limits.monthlyBytes(), TRAFFIC_TRIGGER),
        figure("cpu", (double) Math.round(cpuLoad * PERCENT), PERCENT, CPU_TRIGGER));
  }

  private static Figure figure(String name, double now, double limit, double share) {
    return new Figure(name, now, limit, Math.ceil(limit * share));
  }

  /** Media sent this month, UTC. */
  public long monthBytes() {
    Kept now = kept;
    return now.monthBytes() + sentBytes.getAsLong() - now.sentBytes();
  }

  private void measure() {
    keep();
    double load =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
            ? Math.max(0, system.getCpuLoad())
            : 0;
    cpu[cpuSamples++ % CPU_SAMPLES] = load;
    double sum = 0;
    for (double sample : cpu) {
      sum += sample;
    }
    cpuLoad = sum / CPU_SAMPLES;
    for (Figure figure : figures()) {
      Boolean before = triggered.put(figure.name(), figure.isTriggered());
      if (figure.isTriggered() && !Boolean.TRUE.equals(before)) {
        log.warn(
            "capacity: {} at {} of {}: time to scale up",
            figure.name(),
            Math.round(figure.now()),
            Math.round(figure.limit()));
      }
    }
  }

  /** Readers never wait for the database. */
  private synchronized void keep() {
    String current = YearMonth.from(time.now().atZone(ZoneOffset.UTC)).toString();
    long sent = sentBytes.getAsLong();
    Kept before = kept;
    long more = sent - before.sentBytes();
    if (more > 0 && !before.period().isEmpty()) {
      counters.add(Map.of(SENT, more), before.period());
    }
    long month =
        current.equals(before.period())
            ? before.monthBytes() + more
            : counters.value(SENT, current);
    kept = new Kept(current, month, sent);
  }

  @Override
  public void close() {
    measuring.cancel();
    keep();
  }
}
