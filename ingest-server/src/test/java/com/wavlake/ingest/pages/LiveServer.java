package com.wavlake.ingest.pages;

import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.e2e.Ffmpeg;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.SqlEventStore;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A server that can go away and come back as it was, and the encoders that feed it. */
final class LiveServer implements AutoCloseable {
  private static final int CLIP_SECONDS = 10;

  private final Path data;
  private IngestServer server;

  private LiveServer(Path data) {
    this.data = data;
    this.server = start(0, 0);
  }

  static LiveServer in(Path data) {
    return new LiveServer(data);
  }

  private IngestServer start(int rtmpPort, int httpPort) {
    IngestServer.Builder builder =
        IngestServer.builder().rtmpPort(rtmpPort).httpPort(httpPort).dataDir(data);
    Map.of(
            "name", "Riverside Live",
            "admin.port", "0",
            "drain", "0s",
            "recording.mode", "asked",
            "relay.events-per-minute", "5000",
            "pictures.fetch", "anywhere",
            "thumbnails.every", "5s",
            "thumbnails.ffmpeg", Ffmpeg.path().toString())
        .forEach(builder::set);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it, does something, and starts it again where it was. */
  void restart(Runnable meanwhile) {
    int rtmp = server.rtmpPort();
    int http = server.httpPort();
    server.close();
    meanwhile.run();
    server = start(rtmp, http);
  }

  String url() {
    return server.httpUrl();
  }

  String relay() {
    return server.relayUrl();
  }

  /** A stream of somebody's, to which nothing is sent yet. */
  Stream create(KeySigner owner, CreateStream request) {
    ManagementClient client = ManagementClient.at(url(), owner);
    return new Stream(owner, client, client.create(request));
  }

  /** A stream of somebody who sits at a browser. */
  Stream createFor(SecretKey owner, CreateStream request) {
    return create(KeySigner.of(owner), request);
  }

  /** A real ffmpeg that sends a clip round and round, to whom a key opens. */
  Process encode(String streamKey) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-re", "-stream_loop", "-1", "-i"));
    arguments.addAll(
        List.of(
            Clip.FILE.toString(), "-c", "copy", "-f", "flv", server.rtmpUrl() + "/" + streamKey));
    return Ffmpeg.start(Files.createTempFile(data.getParent(), "ffmpeg", ".log"), arguments);
  }

  /** Puts an event into the database as if the relay had been content with it. */
  void store(Event event) {
    try (Database database = Database.open(data)) {
      new SqlEventStore(database).store(List.of(event));
    }
  }

  /** A stream, and its owner who can do everything with it. */
  final class Stream implements AutoCloseable {
    private final KeySigner owner;
    private final ManagementClient client;
    private final CreatedStream created;

    private Stream(KeySigner owner, ManagementClient client, CreatedStream created) {
      this.owner = owner;
      this.client = client;
      this.created = created;
    }

    String id() {
      return created.streamId();
    }

    KeySigner owner() {
      return owner;
    }

    ManagementClient client() {
      return client;
    }

    EventAddress address() {
      return new EventAddress(Kind.LIVE_STREAM, owner.publicKey(), id(), List.of(relay()));
    }

    String coordinate() {
      return address().coordinate();
    }

    String watchUrl() {
      return url() + "/w/" + id();
    }

    /** A real ffmpeg that sends a clip round and round. */
    Process encode() throws IOException {
      return LiveServer.this.encode(created.streamKey().orElseThrow().reveal());
    }

    /** Live, once its encoder is there. */
    void goLive() {
      await()
          .atMost(Duration.ofSeconds(20))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> client.status(id()).connectionState().equals("connected"));
      var _ = client.start(id());
    }

    @Override
    public void close() {
      client.close();
    }
  }

  @Override
  public void close() {
    server.close();
  }

  /** 640x360, 30 pictures a second, a key frame a second, encoded once. */
  private static final class Clip {
    static final Path FILE = make();

    private static Path make() {
      try {
        Path file = Files.createTempFile("clip", ".mp4");
        file.toFile().deleteOnExit();
        Ffmpeg.Result made =
            Ffmpeg.run(
                60,
                "-y",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=640x360:rate=30:duration=" + CLIP_SECONDS,
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:sample_rate=48000:duration=" + CLIP_SECONDS,
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-pix_fmt",
                "yuv420p",
                "-g",
                "30",
                "-c:a",
                "aac",
                file.toString());
        if (made.exit() != 0) {
          throw new IOException(made.output());
        }
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
