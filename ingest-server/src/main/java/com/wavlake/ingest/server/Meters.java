package com.wavlake.ingest.server;

import com.wavlake.ingest.media.SharedBytes;
import com.wavlake.ingest.record.Recordings;
import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.stream.StreamRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What Prometheus may read; the list is in docs/metrics.md, and a test compares the two. */
final class Meters {
  private Meters() {}

  static PrometheusMeterRegistry of(Services services, RtmpServer rtmp, MediaSender sender) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    streams(meters, services.registry(), services);
    rtmp(meters, rtmp);
    relay(meters, services.relay());
    FunctionCounter.builder("wlk.http.media.sent", sender, MediaSender::bytesSent)
        .baseUnit("bytes")
        .description("Playlists and segments sent.")
        .register(meters);
    Gauge.builder("wlk.media.held", SharedBytes::held)
        .baseUnit("bytes")
        .description("Live media in memory.")
        .register(meters);
    Gauge.builder("wlk.recordings", services.media().recordings(), Recordings::usedBytes)
        .baseUnit("bytes")
        .description("Recordings on the disk.")
        .register(meters);
    capacity(meters, services.capacity());
    return meters;
  }

  private static void streams(MeterRegistry meters, StreamRegistry registry, Services services) {
    Gauge.builder("wlk.streams.connected", registry, StreamRegistry::connectedStreams)
        .description("Encoders connected now.")
        .register(meters);
    Gauge.builder("wlk.viewers", registry, StreamRegistry::viewers)
        .description("Viewers now.")
        .register(meters);
    FunctionCounter.builder("wlk.streams.admitted", registry, StreamRegistry::admittedCount)
        .description("Encoders let in.")
        .register(meters);
    FunctionCounter.builder("wlk.streams.refused", registry, StreamRegistry::refusedCount)
        .description("Encoders not let in.")
        .register(meters);
    Counter playable =
        Counter.builder("wlk.streams.playable")
            .description(
                "Encoders whose stream could be watched; of those let in: the success rate.")
            .register(meters);
    Counter ended =
        Counter.builder("wlk.streams.ended").description("Streams that ended.").register(meters);
    registry.listen(event -> {
      if (event instanceof StreamEvent.FirstSegment) {
        playable.increment();
      } else if (event instanceof StreamEvent.Ended) {
        ended.increment();
      }
    });
    Gauge.builder("wlk.chat.success", services.relay(), Meters::chatSuccess)
        .description("Share of chat messages that were taken, since the start.")
        .register(meters);
  }

  private static double chatSuccess(Relay relay) {
    double all = relay.chatAcceptedCount() + relay.chatRefusedCount();
    return all == 0 ? 1 : relay.chatAcceptedCount() / all;
  }

  private static void rtmp(MeterRegistry meters, RtmpServer rtmp) {
    Gauge.builder("wlk.rtmp.connections", rtmp, RtmpServer::connectionCount)
        .description("RTMP connections now, let in or not.")
        .register(meters);
    FunctionCounter.builder("wlk.rtmp.accepted", rtmp, RtmpServer::acceptedCount)
        .description("RTMP connections so far.")
        .register(meters);
  }

  private static void relay(MeterRegistry meters, Relay relay) {
    Gauge.builder("wlk.relay.clients", relay, Relay::clientCount)
        .description("Relay clients now.")
        .register(meters);
    FunctionCounter.builder("wlk.relay.events.accepted", relay, Relay::acceptedCount)
        .description("Events taken by the relay.")
        .register(meters);
    FunctionCounter.builder("wlk.relay.events.refused", relay, Relay::refusedCount)
        .description("Events refused by the relay.")
        .register(meters);
    FunctionCounter.builder("wlk.chat.accepted", relay, Relay::chatAcceptedCount)
        .description("Chat messages taken.")
        .register(meters);
    FunctionCounter.builder("wlk.chat.refused", relay, Relay::chatRefusedCount)
        .description("Chat messages refused.")
        .register(meters);
  }

  private static void capacity(MeterRegistry meters, Capacity capacity) {
    Gauge.builder("wlk.month.sent", capacity, Capacity::monthBytes)
        .baseUnit("bytes")
        .description("Media sent this month (UTC), restarts included.")
        .register(meters);
    capacity
        .figures()
        .forEach(first -> {
          Gauge.builder("wlk.capacity.used", capacity, c -> find(c, first.name()).now())
              .tag("what", first.name())
              .description(
                  "How much is in use: streams, viewers, bytes this month, percent of CPU.")
              .register(meters);
          Gauge.builder("wlk.capacity.limit", capacity, c -> find(c, first.name()).limit())
              .tag("what", first.name())
              .description("Of how much.")
              .register(meters);
          Gauge.builder(
                  "wlk.capacity.scale.up",
                  capacity,
                  c -> find(c, first.name()).isTriggered() ? 1 : 0)
              .tag("what", first.name())
              .description("1 when it is time for a bigger server.")
              .register(meters);
        });
  }

  private static Capacity.Figure find(Capacity capacity, String name) {
    return capacity.figures().stream().filter(f -> f.name().equals(name)).findFirst().orElseThrow();
  }
}
