package com.wavlake.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Load on any Nostr relay: how soon a chat message is with everybody who watches, and how many
 * events a second it takes. Events are signed before; nothing that comes back is verified or parsed
 * as JSON, so that the time is the relay's.
 */
public final class RelayLoad {
  private static final long SECOND = 1_000_000_000L;
  private static final int BUFFER = 256 << 10;
  private static final int WINDOW = 256;
  private static final int PATIENCE_SECONDS = 30;
  private static final int TEXT_NOTE = 1;
  private static final String TEXT = "Great song! 🎵 More of that, please.";

  private RelayLoad() {}

  /**
   * Prints a line of JSON.
   *
   * @param args {@code fanout URL SUBSCRIBERS MESSAGES RATE [COORDINATE]}: chat messages, so many a
   *     second, to so many connections; without a coordinate in a chat that is new. Or {@code
   *     ingest URL CONNECTIONS EVENTS [COORDINATE]}: text notes, or with a coordinate chat
   *     messages, as fast as they are acknowledged
   */
  public static void main(String[] args) throws Exception {
    String mode = args.length == 0 ? "" : args[0];
    if (mode.equals("fanout") && (args.length == 5 || args.length == 6)) {
      String coordinate = args.length == 6 ? args[5] : newChat();
      List<Event> messages = sign(Integer.parseInt(args[3]), chat(coordinate));
      try (Fanout fanout = new Fanout(messages, Integer.parseInt(args[2]))) {
        fanout.subscribe(URI.create(args[1]), coordinate);
        fanout.run(URI.create(args[1]), Double.parseDouble(args[4]));
      }
    } else if (mode.equals("ingest") && (args.length == 4 || args.length == 5)) {
      EventTemplate template =
          args.length == 5
              ? chat(args[4])
              : EventTemplate.of(Instant.now(), TEXT_NOTE, List.of(), TEXT);
      List<Event> events = sign(Integer.parseInt(args[3]), template);
      ingest(URI.create(args[1]), Integer.parseInt(args[2]), events);
    } else {
      System.err.println("usage: RelayLoad fanout URL SUBSCRIBERS MESSAGES RATE [COORDINATE]");
      System.err.println("       RelayLoad ingest URL CONNECTIONS EVENTS [COORDINATE]");
      System.exit(2);
    }
  }

  /** A coordinate for which no relay has stored anything that it would send first. */
  private static String newChat() {
    try (SecretKey key = SecretKey.generate()) {
      return Kind.LIVE_STREAM + ":" + key.publicKey().hex() + ":" + UUID.randomUUID();
    }
  }

  private static EventTemplate chat(String coordinate) {
    List<Tag> tags = List.of(Tag.of("a", coordinate, "", "root"));
    return EventTemplate.of(Instant.now(), Kind.CHAT_MESSAGE, tags, TEXT);
  }

  /** Each by another key: relays let one say little in a second. */
  private static List<Event> sign(int count, EventTemplate template) {
    List<Event> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      try (KeySigner signer = KeySigner.of(SecretKey.generate())) {
        events.add(signer.sign(template));
      }
    }
    return events;
  }

  private static byte[] frame(Event event) {
    return WebSocketLink.frame(new ClientMessage.Publish(event).toJson());
  }

  private static void ingest(URI url, int connections, List<Event> events) throws Exception {
    List<List<byte[]>> shares = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      shares.add(new ArrayList<>());
    }
    for (int i = 0; i < events.size(); i++) {
      shares.get(i % connections).add(frame(events.get(i)));
    }
    Tally tally = new Tally(events.size());
    List<Publisher> publishers = new ArrayList<>();
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      for (int i = 0; i < connections; i++) {
        publishers.add(new Publisher(url, tally, WINDOW, threads));
      }
      long cpu = cpuNanos();
      long start = System.nanoTime();
      for (int i = 0; i < connections; i++) {
        Publisher publisher = publishers.get(i);
        List<byte[]> share = shares.get(i);
        var _ = threads.submit(() -> publisher.publishAll(share));
      }
      tally.await();
      double seconds = (tally.lastAnswer - start) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "{\"mode\":\"ingest\",\"connections\":%d,\"events\":%d,\"accepted\":%d,\"refused\":%d,"
              + "\"complaint\":\"%s\",\"seconds\":%.3f,\"events_per_second\":%.0f,"
              + "\"client_cpu_s\":%.2f}%n",
          connections,
          events.size(),
          tally.accepted.get(),
          tally.refused.get(),
          tally.complaint.get(),
          seconds,
          tally.accepted.get() / seconds,
          (cpuNanos() - cpu) / 1e9);
    } finally {
      threads.shutdownNow(); // which closes their connections
      for (Publisher publisher : publishers) {
        publisher.close();
      }
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /** One of {@code sorted} nanoseconds, in milliseconds. */
  private static double percentile(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.max(0, Math.ceil(sorted.length * share) - 1)] / 1e6;
  }

  /** A relay's message, looked at and not parsed. */
  private record Answer(byte[] bytes, int from, int to) {
    private static final byte[] ID = "\"id\"".getBytes(StandardCharsets.US_ASCII);

    static Answer of(byte[] bytes, int from, int length) {
      return new Answer(bytes, from, from + length);
    }

    boolean is(String verb) {
      int at = behindQuotes(from, 1);
      for (int i = 0; i < verb.length(); i++) {
        if (at + i >= to || bytes[at + i] != verb.charAt(i)) {
          return false;
        }
      }
      return true;
    }

    /** Of an OK: {@code ["OK","…",true,…]}. */
    boolean isYes() {
      int at = behindQuotes(from, 4);
      while (at < to && bytes[at] != 't' && bytes[at] != 'f') {
        at++;
      }
      return at < to && bytes[at] == 't';
    }

    /** Which event it brings; 0 when none. */
    long event() {
      int key = WebSocketLink.indexOf(bytes, from, to, ID);
      int at = key < 0 ? to : behindQuotes(key, 3);
      return at + 16 > to ? 0 : start(bytes, at);
    }

    /** The first 64 bits of an id in hex: enough to know it. */
    static long start(byte[] bytes, int from) {
      long bits = 0;
      for (int i = from; i < from + 16; i++) {
        bits = bits << 4 | Character.digit(bytes[i], 16);
      }
      return bits;
    }

    private int behindQuotes(int begin, int count) {
      int at = begin;
      for (int quotes = 0; at < to && quotes < count; at++) {
        quotes += bytes[at] == '"' ? 1 : 0;
      }
      return at;
    }

    /** For a string in JSON. */
    @Override
    public String toString() {
      return new String(bytes, from, Math.min(200, to - from), StandardCharsets.UTF_8)
          .replaceAll("[\\p{Cntrl}\\\\\"]", "'");
    }
  }

  /** What became of the events that were sent, on all connections. */
  private static final class Tally {
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicReference<String> complaint = new AtomicReference<>("");
    private final CountDownLatch unanswered;
    private volatile long lastAnswer = System.nanoTime();

    Tally(int events) {
      unanswered = new CountDownLatch(events);
    }

    void answered(boolean isAccepted) {
      (isAccepted ? accepted : refused).incrementAndGet();
      lastAnswer = System.nanoTime();
      unanswered.countDown();
    }

    /** The first one counts. */
    void complain(String words) {
      var _ = complaint.compareAndSet("", words);
    }

    /** Until all are answered, or nothing was for long. */
    void await() throws InterruptedException {
      while (!unanswered.await(1, TimeUnit.SECONDS)) {
        if (System.nanoTime() - lastAnswer > PATIENCE_SECONDS * SECOND) {
          complain("no answer for " + PATIENCE_SECONDS + " s");
          return;
        }
      }
    }
  }

  /** A connection that publishes; what comes back is read on another thread. */
  private static final class Publisher implements Closeable {
    private final Tally tally;
    private final Semaphore window;
    private final WebSocketLink link;

    /**
     * Connects.
     *
     * @param window how many events may be unanswered
     */
    Publisher(URI url, Tally tally, int window, ExecutorService threads) throws IOException {
      this.tally = tally;
      this.window = new Semaphore(window);
      this.link = WebSocketLink.open(url);
      var _ = threads.submit(this::listen);
    }

    private void listen() {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      try {
        while (link.read(buffer, this::heard)) {}
        tally.complain("the relay has hung up on a sender");
      } catch (IOException e) {
        tally.complain("a sender: " + e.getMessage());
      }
    }

    private void heard(byte[] bytes, int from, int length) {
      Answer answer = Answer.of(bytes, from, length);
      if (answer.is("OK")) {
        boolean isAccepted = answer.isYes();
        if (!isAccepted) {
          tally.complain(answer.toString());
        }
        tally.answered(isAccepted);
        window.release();
      } else {
        tally.complain(answer.toString());
      }
    }

    void publish(byte[] frame) throws IOException, InterruptedException {
      window.acquire();
      link.send(ByteBuffer.wrap(frame));
    }

    /** As many at once as may be unanswered. */
    void publishAll(List<byte[]> frames) {
      int next = 0;
      try {
        while (next < frames.size()) {
          window.acquire();
          int end = Math.min(next + 1 + window.drainPermits(), frames.size());
          List<byte[]> some = frames.subList(next, end);
          ByteBuffer together = ByteBuffer.allocate(some.stream().mapToInt(f -> f.length).sum());
          some.forEach(together::put);
          link.send(together.flip());
          next = end;
        }
      } catch (IOException e) {
        tally.complain("a sender: " + e.getMessage());
      } catch (InterruptedException e) {
        tally.complain("a sender had to stop at its event " + next);
      }
    }

    @Override
    public void close() throws IOException {
      link.close();
    }
  }

  /** Everybody who watches, on one thread; the sender has another. */
  private static final class Fanout implements Closeable {
    private final List<Event> messages;
    private final Map<Long, Integer> numbers = new HashMap<>();
    private final Tally tally;
    private final int subscribers;
    private final List<WebSocketLink> links = new ArrayList<>();
    private final Selector selector = Selector.open();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final long[] sent;
    private final long[][] received;
    private int waiting;
    private long delivered;
    private long duplicates;
    private int hungUp;
    private long lastArrival;

    Fanout(List<Event> messages, int subscribers) throws IOException {
      this.messages = messages;
      this.subscribers = subscribers;
      this.tally = new Tally(messages.size());
      this.sent = new long[messages.size()];
      this.received = new long[messages.size()][subscribers];
      for (Event message : messages) {
        byte[] id = message.id().hex().getBytes(StandardCharsets.US_ASCII);
        numbers.put(Answer.start(id, 0), numbers.size());
      }
    }

    /** Until each has had all that was stored. */
    void subscribe(URI url, String coordinate) throws IOException {
      Filter filter = Filter.kinds(Kind.CHAT_MESSAGE).tagged("a", coordinate);
      byte[] req = WebSocketLink.frame(new ClientMessage.Req("s", List.of(filter)).toJson());
      for (int i = 0; i < subscribers; i++) {
        WebSocketLink link = WebSocketLink.open(url);
        links.add(link);
        link.send(ByteBuffer.wrap(req));
        link.channel().configureBlocking(false);
        var _ = link.channel().register(selector, SelectionKey.OP_READ, i);
        waiting++;
      }
      long start = System.nanoTime();
      while (waiting > 0) {
        selector.select(this::read, 100);
        if (hungUp > 0 || System.nanoTime() - start > PATIENCE_SECONDS * SECOND) {
          throw new IOException(
              waiting + " have no EOSE, " + hungUp + " are hung up on " + tally.complaint.get());
        }
      }
    }

    private void read(SelectionKey key) {
      int subscriber = (Integer) key.attachment();
      boolean isOpen;
      try {
        isOpen =
            links
                .get(subscriber)
                .read(buffer, (bytes, from, length) -> heard(subscriber, bytes, from, length));
      } catch (IOException e) {
        tally.complain("a subscriber: " + e.getMessage());
        isOpen = false;
      }
      if (!isOpen) {
        key.cancel();
        hungUp++;
      }
    }

    private void heard(int subscriber, byte[] bytes, int from, int length) {
      long now = System.nanoTime();
      Answer answer = Answer.of(bytes, from, length);
      if (answer.is("EVENT")) {
        Integer number = numbers.get(answer.event());
        if (number == null) {
          return; // another's
        }
        long[] arrivals = received[number];
        if (arrivals[subscriber] != 0) {
          duplicates++;
          return;
        }
        arrivals[subscriber] = now;
        lastArrival = now;
        delivered++;
      } else if (answer.is("EOSE")) {
        waiting--;
      } else {
        tally.complain(answer.toString());
      }
    }

    /** Sends, receives, prints. */
    void run(URI url, double rate) throws Exception {
      List<byte[]> frames = messages.stream().map(RelayLoad::frame).toList();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
          Publisher publisher = new Publisher(url, tally, Integer.MAX_VALUE, threads)) {
        long cpu = cpuNanos();
        Future<Long> sending = threads.submit(() -> send(publisher, frames, rate));
        while (!isOver(sending)) {
          selector.select(this::read, 100);
        }
        double cpuSeconds = (cpuNanos() - cpu) / 1e9;
        long lastSent = sending.get();
        tally.await();
        report(rate, (lastSent - sent[0]) / 1e9, cpuSeconds);
      }
    }

    /** On a schedule: a late one does not put off those behind it. */
    private long send(Publisher publisher, List<byte[]> frames, double rate)
        throws IOException, InterruptedException {
      long start = System.nanoTime();
      for (int i = 0; i < frames.size(); i++) {
        long due = start + (long) (i * SECOND / rate);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
        sent[i] = System.nanoTime();
        publisher.publish(frames.get(i));
      }
      return System.nanoTime();
    }

    private boolean isOver(Future<Long> sending) {
      int taken = messages.size() - tally.refused.get();
      return switch (sending.state()) {
        case RUNNING -> false;
        case SUCCESS ->
            delivered == (long) taken * subscribers
                || hungUp == subscribers
                || System.nanoTime() - Math.max(lastArrival, sending.resultNow())
                    > PATIENCE_SECONDS * SECOND;
        case FAILED, CANCELLED -> true;
      };
    }

    private void report(double rate, double sendingSeconds, double cpuSeconds) {
      long[] all = new long[(int) delivered];
      List<Long> last = new ArrayList<>();
      int count = 0;
      for (int i = 0; i < received.length; i++) {
        long latest = 0;
        boolean isComplete = true;
        for (long arrival : received[i]) {
          if (arrival == 0) {
            isComplete = false;
          } else {
            all[count++] = arrival - sent[i];
            latest = Math.max(latest, arrival - sent[i]);
          }
        }
        if (isComplete) {
          last.add(latest);
        }
      }
      Arrays.sort(all);
      long[] lasts = last.stream().mapToLong(Long::longValue).sorted().toArray();
      System.out.printf(
          Locale.ROOT,
          "{\"mode\":\"fanout\",\"subscribers\":%d,\"messages\":%d,\"rate\":%.1f,"
              + "\"sending_s\":%.2f,\"expected\":%d,\"delivered\":%d,\"duplicates\":%d,"
              + "\"hung_up\":%d,\"accepted\":%d,\"refused\":%d,\"complaint\":\"%s\","
              + "\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,"
              + "\"last_p50_ms\":%.2f,\"last_p99_ms\":%.2f,\"client_cpu_s\":%.2f}%n",
          subscribers,
          messages.size(),
          rate,
          sendingSeconds,
          (long) messages.size() * subscribers,
          delivered,
          duplicates,
          hungUp,
          tally.accepted.get(),
          tally.refused.get(),
          tally.complaint.get(),
          percentile(all, 0.5),
          percentile(all, 0.95),
          percentile(all, 0.99),
          percentile(all, 1),
          percentile(lasts, 0.5),
          percentile(lasts, 0.99),
          cpuSeconds);
    }

    @Override
    public void close() throws IOException {
      for (WebSocketLink link : links) {
        link.close();
      }
      selector.close();
    }
  }
}
