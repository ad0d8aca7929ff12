package com.wavlake.cli.obs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.obs.ObsWebSocket;
import com.wavlake.live.obs.ObsWebSocket.StreamService;
import com.wavlake.live.obs.ObsWebSocket.StreamStatus;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk obs status}: what OBS is doing. */
@Command(
    name = "status",
    description = {
      "Print what OBS is doing: version, whether it streams, for how long, bitrate, dropped frames, and whether its stream"
          + " key is that of the stream.",
      "The bitrate is of the last 2 seconds with --watch, else of the whole time."
    },
    footer = {"", "Example: wlk obs status --watch"})
final class ObsStatus extends WlkCommand {
  private static final Duration AGAIN = Duration.ofSeconds(2);

  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, stream id, or current (default).")
  String ref = "current";

  @Option(names = "--watch", description = "Again every 2 seconds, until OBS ends.")
  boolean watch;

  @Mixin ObsOptions options = new ObsOptions();

  @Override
  public Integer call() throws InterruptedException {
    try (ObsWebSocket obs = options.connect(globals())) {
      String version = obs.version();
      long bytes = 0;
      long millis = 0;
      while (true) {
        StreamStatus now = obs.status();
        boolean isNew = now.durationMillis() < millis || now.bytes() < bytes;
        long kbps =
            kbps(now.bytes() - (isNew ? 0 : bytes), now.durationMillis() - (isNew ? 0 : millis));
        bytes = now.bytes();
        millis = now.durationMillis();
        print(version, now, obs.service(), kbps);
        if (!watch) {
          return ExitCode.OK;
        }
        Thread.sleep(AGAIN);
      }
    }
  }

  /** Bits of a millisecond are kilobits of a second. */
  private static long kbps(long bytes, long millis) {
    return millis <= 0 ? 0 : bytes * 8 / millis;
  }

  /** Whether OBS has the stream's key; empty where there is no stream, or its key is elsewhere. */
  private Optional<Boolean> isOurs(StreamService service) {
    Optional<String> id =
        ref.equals("current") ? workspace().current() : Optional.of(workspace().streamId(ref));
    return id.flatMap(workspace()::key).map(StreamKey::reveal).map(service.key()::equals);
  }

  private void print(String version, StreamStatus now, StreamService service, long kbps) {
    Optional<Boolean> ours = isOurs(service);
    ObjectNode json =
        Console.object()
            .put("obs_version", version)
            .put("streaming", now.active())
            .put("reconnecting", now.reconnecting())
            .put("duration_seconds", now.durationMillis() / 1000)
            .put("bitrate_kbps", kbps)
            .put("dropped_frames", now.skippedFrames())
            .put("total_frames", now.totalFrames())
            .put("server", service.server())
            .put("is_this_stream", ours.orElse(null));
    console().data(json, text(version, now, service, kbps, ours));
  }

  private static String text(
      String version, StreamStatus now, StreamService service, long kbps, Optional<Boolean> ours) {
    StringBuilder out = new StringBuilder("OBS ").append(version).append(", ");
    out.append(now.reconnecting() ? "reconnecting" : now.active() ? "streaming" : "idle");
    if (now.active()) {
      long seconds = now.durationMillis() / 1000;
      out.append(
          String.format(
              " %d:%02d:%02d, %.1f Mb/s, %d of %d frames dropped",
              seconds / 3600,
              seconds / 60 % 60,
              seconds % 60,
              kbps / 1000.0,
              now.skippedFrames(),
              now.totalFrames()));
    }
    if (!service.server().isEmpty()) {
      out.append(", to ").append(service);
    }
    ours.ifPresent(
        yes -> out.append(yes ? ", with this stream's key" : ", not with this stream's key"));
    return Console.plain(out.toString());
  }
}
