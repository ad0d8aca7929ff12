package com.wavlake.ingest;

import com.wavlake.ingest.access.Access;
import com.wavlake.ingest.forward.Forwards;
import com.wavlake.ingest.forward.TargetStore;
import com.wavlake.ingest.hooks.ExternalEncoders;
import com.wavlake.ingest.hooks.Kick;
import com.wavlake.ingest.hooks.PlaylistProbe;
import com.wavlake.ingest.moderation.ChatBook;
import com.wavlake.ingest.moderation.ChatPolicy;
import com.wavlake.ingest.moderation.ChatRules;
import com.wavlake.ingest.moderation.HostedStreamsPolicy;
import com.wavlake.ingest.moderation.OpenPolicy;
import com.wavlake.ingest.moderation.ZapReceipts;
import com.wavlake.ingest.outbox.Outbox;
import com.wavlake.ingest.outbox.OutboxStore;
import com.wavlake.ingest.outbox.RelayPostman;
import com.wavlake.ingest.outbox.WillRelays;
import com.wavlake.ingest.picture.OwnPictures;
import com.wavlake.ingest.picture.Pictures;
import com.wavlake.ingest.record.RecordingSettings;
import com.wavlake.ingest.record.Recordings;
import com.wavlake.ingest.record.Streams;
import com.wavlake.ingest.relay.AuthDemand;
import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.rtmp.RtmpLimits;
import com.wavlake.ingest.server.Capacity;
import com.wavlake.ingest.server.Clients;
import com.wavlake.ingest.server.HttpFront;
import com.wavlake.ingest.server.MediaStores;
import com.wavlake.ingest.server.PublicUrls;
import com.wavlake.ingest.server.RtmpServer;
import com.wavlake.ingest.server.ServerSettings;
import com.wavlake.ingest.server.Services;
import com.wavlake.ingest.server.TlsFiles;
import com.wavlake.ingest.server.ViewersBy;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.DatabaseException;
import com.wavlake.ingest.store.Retention;
import com.wavlake.ingest.store.SqlChatRulesStore;
import com.wavlake.ingest.store.SqlCounters;
import com.wavlake.ingest.store.SqlEventStore;
import com.wavlake.ingest.store.SqlOutboxStore;
import com.wavlake.ingest.store.SqlPublisherStore;
import com.wavlake.ingest.store.SqlTargetStore;
import com.wavlake.ingest.store.SqlWebhookStore;
import com.wavlake.ingest.store.StreamHistory;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.stream.KeyDirectory;
import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.thumb.FfmpegDecoder;
import com.wavlake.ingest.thumb.Thumbnails;
import com.wavlake.ingest.time.SystemTime;
import com.wavlake.ingest.time.Time;
import com.wavlake.ingest.webhook.Webhooks;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.Lnurl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
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

  private static final Duration KEEP_PACE = Duration.ofSeconds(10);
  private static final Duration RELEASES_KEPT = Duration.ofDays(7);
  private static final Duration DELIVERIES_KEPT = Duration.ofDays(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final Deque<AutoCloseable> parts;
  private final Duration drain;
  private final PublicUrls urls;
  private final StreamRegistry registry;
  private final RtmpServer rtmp;
  private final HttpFront http;
  private final int rtmpPort;

  private IngestServer(
      Deque<AutoCloseable> parts,
      Duration drain,
      Services services,
      RtmpServer rtmp,
      int rtmpPort,
      HttpFront http) {
    this.parts = parts;
    this.drain = drain;
    this.urls = services.settings().urls();
    this.registry = services.registry();
    this.rtmp = rtmp;
    this.rtmpPort = rtmpPort;
    this.http = http;
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
    return http.port();
  }

  /** The port in use for HTTP within TLS; −1 where there is none. */
  public int httpsPort() {
    return http.httpsPort();
  }

  HttpFront http() {
    return http;
  }

  /** The metrics' port in use, on loopback. */
  public int adminPort() {
    return http.adminPort();
  }

  /**
   * Before it is closed: encoders are told and let go, new visitors are sent elsewhere, and whoever
   * watches may fetch the last of it, for as long as the setting {@code drain} says.
   */
  public void drain() {
    http.drain();
    registry.hold();
    rtmp.close();
    long end = System.nanoTime() + drain.toNanos();
    while (registry.viewers() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
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
      if (!loopback && config.text("http.public-url").isEmpty()) {
        throw new ConfigException(
            "http.public-url: needed when listening on "
                + listen
                + ", for instance https://live.example");
      }
      AccessSettings access =
          AccessSettings.of(config, !loopback || !config.text("http.public-url").isEmpty());
      if (hasHooks()) {
        require("hooks.playback-url", "https://media.example/hls/{id}.m3u8");
        require("rtmp.public-url", "rtmp://media.example/live"); // encoders go to that engine
      }
      Deque<AutoCloseable> parts = new ArrayDeque<>();
      try {
        return start(parts, listen, access);
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

    private boolean hasHooks() {
      return !config.text("hooks.secret").isEmpty();
    }

    private void require(String key, String example) {
      if (config.text(key).isEmpty()) {
        throw new ConfigException(key + ": needed for hooks.secret, for instance " + example);
      }
    }

    private IngestServer start(
        Deque<AutoCloseable> parts, String listen, AccessSettings accessSettings)
        throws IOException {
      Time clock = time == null ? started(parts, new SystemTime()) : time;
      Optional<TlsFiles> tls = tls(clock);
      Database database = database(parts);
      StreamHistory history = new StreamHistory(database);
      StreamStore streams = new StreamStore(database, history);
      Access access = accessSettings.with(new SqlPublisherStore(database));
      KeyDirectory keys = guarded(streams, access);
      StreamRegistry registry =
          started(parts, new StreamRegistry(config.streams(), streams, keys, clock));
      ChatBook chat = new ChatBook(new SqlChatRulesStore(database));
      Relay relay = relay(parts, registry, chat, database, clock);
      HttpFront http =
          started(
              parts,
              HttpFront.bind(
                  listen,
                  config.number("http.port"),
                  https(tls),
                  config.number("admin.port"),
                  config.number("limits.http-connections"),
                  !config.text("http.trusted-proxies").isEmpty()));
      MediaStores stores = mediaStores(parts, registry, streams, database, clock);
      streams.disconnectAll();
      registry.open();
      RtmpServer rtmp =
          started(
              parts,
              new RtmpServer(registry, rtmpLimits == null ? config.rtmp() : rtmpLimits, clock));
      int rtmpPort = rtmp.listen(listen, config.number("rtmp.port"));
      int rtmpsPort = listenWithTls(rtmp, listen, tls);
      PublicUrls urls = urls(listen, http, rtmpPort, rtmpsPort);
      relay.servedAt(urls.relay());
      RelayPostman postman = new RelayPostman(relay, urls.relay(), config.list("outbox.relays"));
      Outbox outbox =
          started(
              parts,
              new Outbox(
                  new SqlOutboxStore(database),
                  registry,
                  postman,
                  urls.relay(),
                  config.time("outbox.quiet"),
                  clock));
      Webhooks webhooks =
          started(
              parts,
              new Webhooks(
                  new SqlWebhookStore(database),
                  config.text("webhooks.targets").equals("anywhere"),
                  clock));
      registry.listen(event -> {
        if (event instanceof StreamEvent.Changed || event instanceof StreamEvent.Ended) {
          Thread.startVirtualThread(webhooks::look);
        }
      });
      Capacity capacity =
          started(
              parts,
              new Capacity(
                  registry, new SqlCounters(database), http::sentBytes, config.capacity(), clock));
      Services services =
          new Services(
              database,
              registry,
              streams,
              history,
              stores,
              pictures(streams, stores, database, urls, clock),
              relay,
              chat,
              outbox,
              new WillRelays(postman::problem, clock),
              webhooks,
              access,
              capacity,
              clock,
              settings(urls));
      http.serve(services, rtmp, hooks(parts, registry, keys, clock));
      keepHouse(parts, services);
      return new IngestServer(parts, config.time("drain"), services, rtmp, rtmpPort, http);
    }

    private Database database(Deque<AutoCloseable> parts) {
      Path data = Path.of(config.text("data.dir"));
      started(parts, DataDirectory.claim("data.dir", data));
      try {
        return started(
            parts,
            config.text("db.url").isEmpty()
                ? Database.open(data)
                : Database.connect(config.text("db.url")));
      } catch (DatabaseException e) {
        throw new ConfigException(String.valueOf(e.getMessage()));
      }
    }

    /** Keys open streams unless an admin has stopped their owner. */
    private static KeyDirectory guarded(StreamStore streams, Access access) {
      return new KeyDirectory() {
        @Override
        public Optional<StreamRecord> byKeyHash(String keyHash) {
          return streams.byKeyHash(keyHash);
        }

        @Override
        public boolean mayPublish(PublicKey owner) {
          return access.mayPublish(owner);
        }
      };
    }

    private Relay relay(
        Deque<AutoCloseable> parts,
        StreamRegistry registry,
        ChatBook chat,
        Database database,
        Time clock) {
      SqlEventStore events = new SqlEventStore(database);
      SqlChatRulesStore rules = new SqlChatRulesStore(database);
      ChatPolicy policy = new ChatPolicy();
      policy.pace().restore(rules.paceSince(clock.now().minus(ChatRules.MAX_SLOW_MODE)));
      parts.push(() -> rules.keepPace(policy.pace().drain()));
      Time.Alarm keeping = clock.repeat(KEEP_PACE, () -> rules.keepPace(policy.pace().drain()));
      parts.push(keeping::cancel);
      int perMinute = config.number("relay.events-per-minute");
      HostedStreamsPolicy hosted =
          new HostedStreamsPolicy(
              registry,
              policy,
              chat,
              new ZapReceipts(events, Lnurl.standard(), clock),
              clock,
              perMinute);
      return new Relay(
          events,
          config.text("relay.policy").equals("open")
              ? new OpenPolicy(hosted, clock, perMinute)
              : hosted,
          config.relay(),
          config.choice("relay.auth", AuthDemand.values()),
          clock);
    }

    private Pictures pictures(
        StreamStore streams, MediaStores stores, Database database, PublicUrls urls, Time clock) {
      Optional<WebClient> web =
          switch (config.text("pictures.fetch")) {
            case "public" -> Optional.of(WebClient.publicOnly());
            case "anywhere" -> Optional.of(WebClient.anywhere());
            default -> Optional.empty();
          };
      OwnPictures own = new OwnPictures(urls.http(), stores::thumbnail);
      return new Pictures(new SqlEventStore(database), streams::find, own, web, clock);
    }

    private Optional<HttpFront.Hooks> hooks(
        Deque<AutoCloseable> parts, StreamRegistry registry, KeyDirectory keys, Time clock) {
      if (!hasHooks()) {
        return Optional.empty();
      }
      String template = config.text("hooks.playback-url");
      ExternalEncoders encoders =
          started(
              parts,
              new ExternalEncoders(
                  registry,
                  keys,
                  new ExternalEncoders.Engine(
                      PlaylistProbe.http(),
                      id -> template.replace("{id}", id),
                      config.time("hooks.silence"),
                      Kick.by(config.text("hooks.kick-url"))),
                  clock));
      return Optional.of(new HttpFront.Hooks(config.text("hooks.secret"), encoders));
    }

    private ServerSettings settings(PublicUrls urls) {
      return new ServerSettings(
          config.text("name"),
          version(),
          urls,
          config.number("limits.streams"),
          config.number("limits.viewers"),
          config.number("limits.streams-per-owner"),
          !config.text("recording.mode").equals("off"),
          Clients.behind(config.text("http.trusted-proxies")),
          config.choice("viewers.mode", ViewersBy.values()),
          config.rates());
    }

    private static void keepHouse(Deque<AutoCloseable> parts, Services services) {
      Retention retention = new Retention(services.database());
      OutboxStore outbox = new SqlOutboxStore(services.database());
      Time.Alarm cleaning =
          services
              .time()
              .repeat(
                  CLEANING,
                  () -> {
                    Instant now = services.time().now();
                    for (Runnable task :
                        List.<Runnable>of(
                            () -> retention.forgetExpired(now),
                            () -> outbox.forgetReleased(now.minus(RELEASES_KEPT)),
                            () -> services.webhooks().forget(now.minus(DELIVERIES_KEPT)),
                            () -> services.media().recordings().sweep())) {
                      try {
                        task.run();
                      } catch (RuntimeException e) { // the others are to be done all the same
                        log.error("cleaning", e);
                      }
                    }
                  });
      parts.push(cleaning::cancel);
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
      if (decoder.isEmpty() && !config.text("thumbnails.ffmpeg").equals("off")) {
        log.warn("there is no ffmpeg on the PATH: no thumbnails");
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

    /** Read once for all that need it; there is none where nothing does. */
    private Optional<TlsFiles> tls(Time clock) {
      List<String> needing =
          Stream.of("https.port", "rtmps.port").filter(key -> !config.text(key).isEmpty()).toList();
      if (needing.isEmpty()) {
        return Optional.empty();
      }
      for (String key : List.of("tls.cert", "tls.key")) {
        if (config.text(key).isEmpty()) {
          throw new ConfigException(
              key + ": needed for " + String.join(" and ", needing) + ", a PEM file");
        }
      }
      try {
        return Optional.of(
            TlsFiles.of(Path.of(config.text("tls.cert")), Path.of(config.text("tls.key")), clock));
      } catch (IOException e) {
        throw new ConfigException("tls.cert, tls.key: " + e.getMessage());
      }
    }

    private Optional<HttpFront.Https> https(Optional<TlsFiles> tls) {
      return tls.filter(_ -> !config.text("https.port").isEmpty())
          .map(files -> new HttpFront.Https(config.number("https.port"), files::context));
    }

    /** The port in use; −1 where there is none. */
    private int listenWithTls(RtmpServer rtmp, String listen, Optional<TlsFiles> tls)
        throws IOException {
      return tls.isEmpty() || config.text("rtmps.port").isEmpty()
          ? -1
          : rtmp.listen(listen, config.number("rtmps.port"), tls.get()::context);
    }

    private PublicUrls urls(String listen, HttpFront front, int rtmpPort, int rtmpsPort) {
      String host = listen.contains(":") ? "[" + listen + "]" : listen;
      String http = config.text("http.public-url");
      String rtmp = config.text("rtmp.public-url");
      String own =
          front.httpsPort() < 0
              ? "http://" + host + ":" + front.port()
              : "https://" + host + ":" + front.httpsPort();
      String publicHttp = canonical(http.isEmpty() ? own : http);
      String rtmpHost = http.isEmpty() ? host : URI.create(http).getHost();
      String rtmpsHost =
          rtmp.isEmpty() ? rtmpHost : rtmp.replaceFirst("rtmps?://([^/]+?)(:\\d+)?/.*", "$1");
      return new PublicUrls(
          publicHttp,
          rtmp.isEmpty() ? "rtmp://" + rtmpHost + ":" + rtmpPort + "/live" : rtmp,
          rtmpsPort < 0
              ? Optional.empty()
              : Optional.of("rtmps://" + rtmpsHost + ":" + rtmpsPort + "/live"),
          Optional.of(config.text("hooks.playback-url")).filter(_ -> hasHooks()));
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

    private static <T extends AutoCloseable> T started(Deque<AutoCloseable> parts, T part) {
      parts.push(part);
      return part;
    }
  }
}
