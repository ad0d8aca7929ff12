package com.wavlake.ingest;

import com.wavlake.ingest.forward.Forwards;
import com.wavlake.ingest.forward.TargetStore;
import com.wavlake.ingest.record.RecordingSettings;
import com.wavlake.ingest.record.Recordings;
import com.wavlake.ingest.record.Streams;
import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.relay.RelayLimits;
import com.wavlake.ingest.relay.WritePolicy;
import com.wavlake.ingest.rtmp.RtmpLimits;
import com.wavlake.ingest.server.Clients;
import com.wavlake.ingest.server.HostedStreamsPolicy;
import com.wavlake.ingest.server.HttpFront;
import com.wavlake.ingest.server.MediaStores;
import com.wavlake.ingest.server.OpenPolicy;
import com.wavlake.ingest.server.PublicUrls;
import com.wavlake.ingest.server.RtmpServer;
import com.wavlake.ingest.server.ServerSettings;
import com.wavlake.ingest.server.TlsFiles;
import com.wavlake.ingest.server.ViewersBy;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.SqlEventStore;
import com.wavlake.ingest.store.SqlTargetStore;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.thumb.FfmpegDecoder;
import com.wavlake.ingest.thumb.Thumbnails;
import com.wavlake.ingest.time.SystemTime;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running ingest server: the only place that sees all rooms. Closing it leaves a state that the
 * next start takes up.
 */
public final class IngestServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(IngestServer.class);
  private static final Duration CLEANING = Duration.ofHours(1);

  private final Deque<AutoCloseable> parts;
  private final PublicUrls urls;
  private final int rtmpPort;
  private final int httpPort;
  private final int adminPort;

  private IngestServer(Deque<AutoCloseable> parts, PublicUrls urls, int rtmpPort, HttpFront http) {
    this.parts = parts;
    this.urls = urls;
    this.rtmpPort = rtmpPort;
    this.httpPort = http.port();
    this.adminPort = http.adminPort();
  }

  /** Starts to put one together. */
  public static Builder builder() {
    return new Builder();
  }

  /** The version in the jar's manifest, or "dev" from classes. */
  public static String version() {
    String version = IngestServer.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /** Where encoders publish, for instance {@code rtmp://127.0.0.1:1935/live}. */
  public String rtmpUrl() {
    return urls.rtmp();
  }

  /** The same within TLS, where there is that. */
  public Optional<String> rtmpsUrl() {
    return urls.rtmps();
  }

  /** Base of HLS and management API. */
  public String httpUrl() {
    return urls.http();
  }

  /** The embedded relay. */
  public String relayUrl() {
    return urls.relay();
  }

  /** The RTMP port in use. */
  public int rtmpPort() {
    return rtmpPort;
  }

  /** The HTTP port in use. */
  public int httpPort() {
    return httpPort;
  }

  /** The metrics' port in use, on loopback. */
  public int adminPort() {
    return adminPort;
  }

  /** Encoders are let go, viewers' connections end, everything durable stays. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (
          Exception
              e) { // AutoCloseable declares nothing narrower; the other parts must be closed all
        // the same
        log.warn("stopping {}", part.getClass().getSimpleName(), e);
      }
    }
  }

  /** Settings of a server to be started. */
  public static final class Builder {
    private Config config = Config.defaults();
    private @Nullable RtmpLimits rtmpLimits;
    private @Nullable Time time;

    private Builder() {}

    /** Takes all settings at once. */
    public Builder config(Config settings) {
      config = settings;
      return this;
    }

    /** Sets one by its dotted key. */
    public Builder set(String key, String value) {
      config = config.with(key, value);
      return this;
    }

    /** RTMP's port; 0 for any free one. */
    public Builder rtmpPort(int port) {
      return set("rtmp.port", Integer.toString(port));
    }

    /** HTTP's port; 0 for any free one. */
    public Builder httpPort(int port) {
      return set("http.port", Integer.toString(port));
    }

    /** Where the database is. */
    public Builder dataDir(Path directory) {
      return set("data.dir", directory.toString());
    }

    /** Another clock. */
    public Builder time(Time other) {
      time = other;
      return this;
    }

    /** How long encoders are waited for. */
    public Builder rtmpLimits(RtmpLimits limits) {
      rtmpLimits = limits;
      return this;
    }

    /**
     * Starts it: when this returns, encoders and viewers can come.
     *
     * @throws IOException when a port cannot be had, naming it
     * @throws ConfigException when a setting cannot be used, naming it
     */
    public IngestServer start() throws IOException {
      String listen = config.text("listen");
      boolean loopback =
          listen.equals("127.0.0.1") || listen.equals("localhost") || listen.equals("::1");
      boolean isPublic = !loopback || !config.text("http.public-url").isEmpty();
      if (!loopback && config.text("http.public-url").isEmpty()) {
        throw new ConfigException(
            "http.public-url: needed when listening on "
                + listen
                + ", for instance https://live.example");
      }
      Set<PublicKey> owners = owners(config.text("access.npubs"));
      if (isPublic && owners.isEmpty() && !config.text("access.npubs").equals("*")) {
        throw new ConfigException(
            "access.npubs: needed for a public server: who may create streams ('*' for everybody)");
      }
      Deque<AutoCloseable> parts = new ArrayDeque<>();
      try {
        Time clock = time == null ? started(parts, new SystemTime()) : time;
        Path data = Path.of(config.text("data.dir"));
        started(parts, DataDirectory.claim("data.dir", data));
        Database database = started(parts, Database.open(data));
        StreamStore streams = new StreamStore(database);
        StreamRegistry registry =
            started(parts, new StreamRegistry(config.streams(), streams, streams, clock));
        HostedStreamsPolicy hosted = new HostedStreamsPolicy(registry, streams, clock);
        WritePolicy policy =
            config.text("relay.policy").equals("open")
                ? new OpenPolicy(hosted, registry, clock)
                : hosted;
        Relay relay = new Relay(new SqlEventStore(database), policy, RelayLimits.DEFAULT, clock);
        HttpFront http =
            started(
                parts,
                HttpFront.bind(
                    listen,
                    config.number("http.port"),
                    config.number("admin.port"),
                    config.number("limits.http-connections"),
                    !config.text("http.trusted-proxies").isEmpty()));
        MediaStores stores = mediaStores(parts, registry, streams, database, clock);
        registry.open();
        RtmpServer rtmp =
            started(
                parts,
                new RtmpServer(registry, rtmpLimits == null ? config.rtmp() : rtmpLimits, clock));
        int rtmpPort = rtmp.listen(listen, config.number("rtmp.port"));
        int rtmpsPort = listenWithTls(rtmp, listen);
        PublicUrls urls = urls(listen, http.port(), rtmpPort, rtmpsPort);
        ServerSettings settings =
            new ServerSettings(
                config.text("name"),
                version(),
                urls,
                owners,
                config.number("limits.streams"),
                config.number("limits.viewers"),
                config.number("limits.streams-per-owner"),
                !config.text("recording.mode").equals("off"),
                Clients.behind(config.text("http.trusted-proxies")),
                config.choice("viewers.mode", ViewersBy.values()));
        http.serve(registry, streams, stores, relay, rtmp, clock, settings);
        Time.Alarm cleaning =
            clock.repeat(
                CLEANING,
                () -> {
                  streams.forgetExpired(clock.now());
                  stores.recordings().sweep();
                });
        parts.push(cleaning::cancel);
        return new IngestServer(parts, urls, rtmpPort, http);
      } catch (IOException | RuntimeException e) {
        while (!parts.isEmpty()) {
          try {
            parts.pop().close();
          } catch (Exception suppressed) { // AutoCloseable declares nothing narrower
            e.addSuppressed(suppressed);
          }
        }
        throw e;
      }
    }

    private MediaStores mediaStores(
        Deque<AutoCloseable> parts,
        StreamRegistry registry,
        StreamStore streams,
        Database database,
        Time clock)
        throws IOException {
      Recordings recordings = recordings(parts, streams, clock);
      registry.listenMedia(recordings);
      Optional<FfmpegDecoder> decoder;
      try {
        decoder = FfmpegDecoder.of(config.text("thumbnails.ffmpeg"));
      } catch (IOException e) {
        throw new ConfigException("thumbnails.ffmpeg: " + e.getMessage());
      }
      Optional<Thumbnails> thumbnails =
          decoder.map(found ->
              started(
                  parts, new Thumbnails(registry, found, clock, config.time("thumbnails.every"))));
      thumbnails.ifPresent(registry::listenMedia);
      TargetStore targets = new SqlTargetStore(database);
      boolean anywhere = config.text("forwards.targets").equals("anywhere");
      Forwards forwards = started(parts, new Forwards(registry, targets, clock, anywhere));
      return new MediaStores(recordings, thumbnails, forwards, targets);
    }

    private Recordings recordings(Deque<AutoCloseable> parts, StreamStore streams, Time clock) {
      RecordingSettings settings = config.recordings();
      Streams known =
          new Streams() {
            @Override
            public boolean exists(String id) {
              return streams.find(id).isPresent();
            }

            @Override
            public boolean isOver(String id) {
              return streams.find(id).map(stream -> stream.status().isFinal()).orElse(true);
            }
          };
      Path data = Path.of(config.text("data.dir")).toAbsolutePath().normalize();
      if (!settings.directory().toAbsolutePath().normalize().startsWith(data)) {
        started(parts, DataDirectory.claim("recording.dir", settings.directory()));
      }
      try {
        return started(parts, Recordings.open(settings, clock, known));
      } catch (IOException e) {
        throw new ConfigException("recording.dir: " + e.getMessage());
      }
    }

    /** The port in use; −1 where there is none. */
    private int listenWithTls(RtmpServer rtmp, String listen) throws IOException {
      if (config.text("rtmps.port").isEmpty()) {
        return -1;
      }
      for (String key : List.of("tls.cert", "tls.key")) {
        if (config.text(key).isEmpty()) {
          throw new ConfigException(key + ": needed for rtmps.port, a PEM file");
        }
      }
      TlsFiles tls;
      try {
        tls = TlsFiles.of(Path.of(config.text("tls.cert")), Path.of(config.text("tls.key")));
      } catch (IOException e) {
        throw new ConfigException("tls.cert, tls.key: " + e.getMessage());
      }
      return rtmp.listen(listen, config.number("rtmps.port"), tls::context);
    }

    private PublicUrls urls(String listen, int httpPort, int rtmpPort, int rtmpsPort) {
      String host = listen.contains(":") ? "[" + listen + "]" : listen;
      String http = config.text("http.public-url");
      String rtmp = config.text("rtmp.public-url");
      String publicHttp = http.isEmpty() ? "http://" + host + ":" + httpPort : canonical(http);
      String rtmpHost = http.isEmpty() ? host : URI.create(http).getHost();
      return new PublicUrls(
          publicHttp,
          rtmp.isEmpty() ? "rtmp://" + rtmpHost + ":" + rtmpPort + "/live" : rtmp,
          rtmpsPort < 0
              ? Optional.empty()
              : Optional.of("rtmps://" + rtmpHost + ":" + rtmpsPort + "/live"));
    }

    /**
     * As clients write it in what they sign: host in lower case, no default port, no slash at the
     * end.
     */
    private static String canonical(String url) {
      URI uri = URI.create(url);
      boolean usual =
          uri.getPort() < 0 || uri.getPort() == (uri.getScheme().equals("https") ? 443 : 80);
      String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("/+$", "");
      return uri.getScheme()
          + "://"
          + uri.getHost().toLowerCase(Locale.ROOT)
          + (usual ? "" : ":" + uri.getPort())
          + path;
    }

    private static Set<PublicKey> owners(String npubs) {
      Set<PublicKey> owners = new HashSet<>();
      for (String npub : npubs.equals("*") ? new String[0] : npubs.split(",", -1)) {
        if (!npub.isBlank()) {
          try {
            owners.add(PublicKey.parse(npub.strip()));
          } catch (InvalidEvent e) {
            throw new ConfigException("access.npubs: '" + npub.strip() + "' is no npub");
          }
        }
      }
      if (owners.isEmpty() && !npubs.isEmpty() && !npubs.equals("*")) {
        throw new ConfigException("access.npubs: '" + npubs + "' names nobody");
      }
      return owners;
    }

    private static <T extends AutoCloseable> T started(Deque<AutoCloseable> parts, T part) {
      parts.push(part);
      return part;
    }
  }
}
