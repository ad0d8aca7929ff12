package com.wavlake.cli.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.encoder.TestClip;
import com.wavlake.cli.live.GoLive;
import com.wavlake.cli.obs.ObsCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.obs.EncoderPreset;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wlk demo}: everything at once on this machine. */
@Command(
    name = "demo",
    description = {
      "See it all at once, with no set-up: a server in this process, a new identity, a stream, a clip in place of OBS, chat.",
      "Everything is temporary and on loopback. Ctrl-C ends it."
    },
    footer = {"", "Example: wlk demo", "Example: wlk demo --once --json"})
public final class DemoCommand extends WlkCommand {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String GREETING = "Hello from a viewer!";

  @Option(names = "--once", description = "Play the clip once, end the stream, exit 0.")
  boolean once;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("wlk-demo");
    try (IngestServer server =
            IngestServer.builder()
                .rtmpPort(0)
                .httpPort(0)
                .set("admin.port", "0")
                .set("name", "wlk demo")
                .dataDir(directory)
                .start();
        KeySigner streamer = KeySigner.of(SecretKey.generate());
        ManagementClient client = ManagementClient.at(server.httpUrl(), streamer);
        RelayPool relays = RelayPool.connect(server.relayUrl())) {
      console()
          .say(
              "server    "
                  + server.rtmpUrl()
                  + "  "
                  + server.httpUrl()
                  + "  relay "
                  + server.relayUrl());
      console().say("identity  " + streamer.publicKey().npub());
      CreatedStream stream =
          client.create(
              CreateStream.titled("wlk demo")
                  .category("music")
                  .description("A test picture and a tone."));
      return show(stream, server, client, streamer, relays);
    } finally {
      delete(directory);
    }
  }

  private int show(
      CreatedStream stream,
      IngestServer server,
      ManagementClient client,
      KeySigner streamer,
      RelayPool relays)
      throws IOException, InterruptedException {
    StreamKey key = stream.streamKey().orElseThrow();
    EncoderSettings settings = new EncoderSettings(stream.rtmpIngest(), key, EncoderPreset.P720_30);
    ObsCommand.lines(settings, key.reveal())
        .forEach(line -> console().say("  " + line)); // it opens this demo alone
    Console inner = globals().json() ? Console.bare(System.err, System.err, false) : console();
    AtomicBoolean again = new AtomicBoolean(!once);
    CompletableFuture<Long> roundtrip = new CompletableFuture<>();
    try (GoLive live =
        new GoLive(inner, client, streamer, relays, client.get(stream.streamId()), client.info())) {
      Interrupts.onInterrupt(() -> {
        again.set(false);
        live.interrupt();
      });
      live.plan();
      live.onLive(() -> {
        live.watch().lines(10).forEach(console()::say);
        Thread.startVirtualThread(
            () -> greet(live, server, EventAddress.parse(live.naddr()), roundtrip));
      });
      CompletableFuture<Void> clip = new CompletableFuture<>();
      Thread.ofVirtual()
          .name("demo-encoder")
          .start(() -> play(settings, again::get, clip, live, roundtrip));
      live.run(true);
      again.set(false);
      if (live.wasInterrupted() && live.live().isEmpty()) {
        return ExitCode.INTERRUPTED;
      }
      if (clip.isCompletedExceptionally() || live.live().isEmpty()) {
        throw new CliError(
            "demo",
            "the demo did not come to be live: " + reason(clip),
            "run it again with -v, and report what it prints");
      }
      return report(stream, live, roundtrip);
    }
  }

  private int report(CreatedStream stream, GoLive live, CompletableFuture<Long> roundtrip)
      throws IOException {
    long chatMillis = roundtrip.getNow(-1L);
    long segments = segments(stream.hlsPlayback());
    boolean ok = chatMillis >= 0 && segments > 0 && live.ended().isPresent();
    ObjectNode json =
        Console.object()
            .put("ok", ok)
            .put("stream_id", stream.streamId())
            .put("naddr", live.naddr())
            .put("first_segment_ms", live.firstSegmentMillis())
            .put("live_event_id", id(live.live().orElseThrow()))
            .put("chat_roundtrip_ms", chatMillis)
            .put("segments", segments)
            .put("ended_event_id", live.ended().map(DemoCommand::id).orElse(null));
    live.watch().in(json);
    console()
        .data(
            json,
            "demo      " + segments + " segments, chat there and back in " + chatMillis + " ms");
    return ok ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String id(PublishResult result) {
    return result.event().id().hex();
  }

  /** What OBS would do: the clip, in a loop unless {@code --once}. */
  private void play(
      EncoderSettings settings,
      BooleanSupplier again,
      CompletableFuture<Void> clip,
      GoLive live,
      CompletableFuture<Long> roundtrip) {
    try (RtmpPublisher publisher =
        RtmpPublisher.publish(settings.server(), settings.key().reveal(), TIMEOUT)) {
      TestClip.read().play(publisher, again);
      publisher.close();
      var _ = roundtrip.completeOnTimeout(-1L, TIMEOUT.toSeconds(), TimeUnit.SECONDS).join();
      clip.complete(null);
      live.stopBehindEncoder("the clip is over");
    } catch (IOException | PublishRefused | RuntimeException e) {
      if (again.getAsBoolean() || once) {
        clip.completeExceptionally(e);
      }
      live.stop("the clip could not be sent: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A viewer with a key of their own writes; the time is until the streamer reads it. */
  private static void greet(
      GoLive live, IngestServer server, EventAddress stream, CompletableFuture<Long> roundtrip) {
    try (KeySigner viewer = KeySigner.of(SecretKey.generate());
        RelayPool relays = RelayPool.connect(server.relayUrl());
        LiveChat chat = LiveChat.open(relays, stream, _ -> {})) {
      long[] sent = new long[1];
      live.onChat(message -> {
        if (message.author().equals(viewer.publicKey())) {
          roundtrip.complete((System.nanoTime() - sent[0]) / 1_000_000);
        }
      });
      sent[0] = System.nanoTime();
      var _ = chat.send(GREETING, viewer);
      var _ = roundtrip.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException | LiveException e) {
      roundtrip.complete(-1L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String reason(CompletableFuture<Void> clip) {
    return clip.isCompletedExceptionally()
        ? String.valueOf(clip.exceptionNow().getMessage())
        : "it was interrupted";
  }

  /** How many segments there were, by the playlist that a viewer sees. */
  private static long segments(String master) throws IOException {
    URI media = URI.create(master);
    for (String line : fetch(media)) {
      if (!line.startsWith("#") && !line.isBlank()) {
        media = media.resolve(line);
      }
    }
    long first = 0;
    long listed = 0;
    for (String line : fetch(media)) {
      if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:")) {
        first = Long.parseLong(line.substring(line.indexOf(':') + 1));
      }
      listed += line.startsWith("#EXTINF:") ? 1 : 0;
    }
    return first + listed;
  }

  private static List<String> fetch(URI uri) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(uri.toURL().openStream(), StandardCharsets.UTF_8))) {
      return in.lines().toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.delete(file);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
