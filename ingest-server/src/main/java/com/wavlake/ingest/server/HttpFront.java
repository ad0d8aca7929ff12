package com.wavlake.ingest.server;

import com.wavlake.ingest.hooks.ExternalEncoders;
import com.wavlake.ingest.relay.RelayLimits;
import com.wavlake.ingest.server.HttpLoop.Listener;
import com.wavlake.ingest.stream.StreamRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that speaks HTTP: HLS, management API, relay, health; and on another listener,
 * loopback alone, metrics.
 */
public final class HttpFront implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpFront.class);
  private static final int IDLE_SECONDS = 120;
  private static final int MAX_CONNECTIONS_BACKLOG = 1_024;
  private static final long START_SECONDS = 20;
  private static final int MAX_LOOPS = 8;
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final int ANY_SHARED = -1;
  private static final int ANY_SHARED_WITH_TLS = -2;
  private static final int SPARE_WAITERS = 100;
  private static final long SWEEP_MILLIS = 250;
  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx;
  private final MediaSender sender;
  private volatile boolean draining;
  private volatile List<Route> routes = List.of();
  private final List<HttpLoop> main = new CopyOnWriteArrayList<>();
  private final HttpLoop admin;

  private HttpFront(Vertx vertx, HttpLoop admin) {
    this.vertx = vertx;
    this.sender = new MediaSender(vertx);
    this.admin = admin;
  }

  /**
   * Where to listen for HTTP within TLS.
   *
   * @param port 0 for any free one
   * @param keys asked for each connection
   */
  public record Https(int port, Supplier<SSLContext> keys) {}

  /**
   * Binds ports before it is known what will be served there: a public URL may depend on the port.
   */
  public static HttpFront bind(
      String address,
      int port,
      Optional<Https> https,
      int adminPort,
      int maxConnections,
      boolean behindProxy)
      throws IOException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_SECONDS)
            .setAcceptBacklog(MAX_CONNECTIONS_BACKLOG)
            .setMaxWebSocketFrameSize(RelayLimits.DEFAULT.frameBytes())
            .setMaxWebSocketMessageSize(RelayLimits.DEFAULT.frameBytes())
            .setHttp2ClearTextEnabled(false)
            .setPerFrameWebSocketCompressionSupported(false) // what is small on the wire must not
            .setPerMessageWebSocketCompressionSupported(false) // unfold to a thousand times that
            .setTcpNoDelay(true);
    HttpServerOptions inside = new HttpServerOptions().setIdleTimeout(IDLE_SECONDS);
    Doorkeeper doorkeeper =
        new Doorkeeper(maxConnections, behindProxy ? maxConnections : maxConnections / 4 + 1);
    Doorkeeper insiders = new Doorkeeper(maxConnections, maxConnections);
    HttpLoop admin =
        new HttpLoop(LOOPBACK, List.of(new Listener("admin", adminPort, inside, insiders::enter)));
    HttpFront front = new HttpFront(vertx, admin);
    List<Listener> listeners = new ArrayList<>();
    listeners.add(new Listener("HTTP", port == 0 ? ANY_SHARED : port, options, doorkeeper::enter));
    https.ifPresent(tls -> {
      HttpServerOptions within = TlsEngine.within(options, tls.keys(), doorkeeper);
      int shared = tls.port() == 0 ? ANY_SHARED_WITH_TLS : tls.port();
      listeners.add(new Listener("HTTPS", shared, within, _ -> {})); // counted before it came here
    });
    Supplier<HttpLoop> loops =
        () -> {
          HttpLoop loop = new HttpLoop(address, listeners);
          front.main.add(loop);
          return loop;
        };
    int count = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_LOOPS);
    DeploymentOptions together = new DeploymentOptions().setInstances(count);
    try {
      await(vertx.deployVerticle(loops, together), "starting HTTP");
      await(vertx.deployVerticle(admin), "starting HTTP inside");
    } catch (IOException e) {
      front.close();
      throw e;
    }
    return front;
  }

  /** The port in use. */
  public int port() {
    return main.getFirst().port(0);
  }

  /** The port in use within TLS; −1 where there is none. */
  public int httpsPort() {
    return main.getFirst().port(1);
  }

  /** The port of the metrics. */
  public int adminPort() {
    return admin.port(0);
  }

  /** What the router knows: everything but media and relay. */
  public List<Route> routes() {
    return routes;
  }

  /** Media sent so far, in bytes. */
  public long sentBytes() {
    return sender.bytesSent();
  }

  /** New visitors are asked to come again later: a load balancer takes this server out. */
  public void drain() {
    draining = true;
  }

  /**
   * Begins to serve.
   *
   * @param hooks where other media engines ask, if any do
   */
  public void serve(Services services, RtmpServer rtmp, Optional<Hooks> hooks) {
    ServerSettings settings = services.settings();
    StreamRegistry registry = services.registry();
    HlsContext hls =
        new HlsContext(
            registry,
            new RenderedPlaylists(registry),
            sender,
            settings.clients(),
            settings.viewersBy(),
            new ViewerTokens());
    RelayRoute relayRoute = new RelayRoute(vertx, services.relay(), settings);
    Router router = Router.router(vertx);
    Listings listings = new Listings(services);
    new ApiRoutes(vertx, services, listings).mount(router);
    PageRoutes pages = new PageRoutes(vertx, services, listings, sender);
    pages.mount(router);
    new PictureRoutes(vertx, services, sender).mount(router);
    hooks.ifPresent(h -> new HookRoutes(vertx, h.secret(), h.encoders()).mount(router));
    Readiness readiness = new Readiness(services.database()::isReachable, services.time());
    health(router, readiness);
    contract(router);
    pages.mountLast(router);
    routes = router.getRoutes();
    VodRoutes vod = new VodRoutes(vertx, services.media(), sender);
    AtomicInteger waiting = new AtomicInteger();
    int mostWaiting = 2 * settings.maxViewers() + SPARE_WAITERS;
    for (HttpLoop loop : main) {
      Reloads reloads = new Reloads(loop.loop(), services.time(), waiting, mostWaiting);
      registry.listenMedia((session, _) -> reloads.changed(session));
      loop.loop().runOnContext(_ -> vertx.setPeriodic(SWEEP_MILLIS, _ -> reloads.sweep()));
      HlsRoutes routes = new HlsRoutes(hls, reloads);
      loop.serve(request -> {
        String path = request.path() == null ? "" : request.path();
        if (isMisspelt(request.uri())) { // the router would call it a fault of ours
          ApiRoutes.refuse(
              request.response(), new Problem(400, "bad_request", "The URL is not understood."));
        } else if (path.startsWith(HlsRoutes.PREFIX)) {
          routes.handle(request);
        } else if (path.startsWith(VodRoutes.VOD) || path.startsWith(VodRoutes.THUMB)) {
          vod.handle(request);
        } else if (path.equals(RelayRoute.PATH)) {
          relayRoute.handle(request);
        } else {
          router.handle(request);
        }
      });
    }
    PrometheusMeterRegistry meters = Meters.of(services, rtmp, sender);
    Router inside = Router.router(vertx);
    health(inside, readiness);
    inside
        .get("/metrics")
        .handler(r ->
            r.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                .end(meters.scrape()));
    admin.serve(inside);
  }

  /**
   * Where other media engines ask.
   *
   * @param secret who does not know it hears that there is nothing
   * @param encoders what they ask about
   */
  public record Hooks(String secret, ExternalEncoders encoders) {}

  private void health(Router router, Readiness readiness) {
    router.get("/health/live").handler(r -> r.response().end("ok\n"));
    router
        .get("/health/ready")
        .handler(r -> {
          if (draining) {
            r.response().setStatusCode(503).end("going down\n");
            return;
          }
          Context loop = r.vertx().getOrCreateContext();
          var _ =
              readiness
                  .ask()
                  .exceptionally(_ -> false)
                  .thenAccept(ready -> loop.runOnContext(_ -> answer(r.response(), ready)));
        });
  }

  private static void answer(HttpServerResponse response, boolean ready) {
    if (!response.closed()) {
      response.setStatusCode(ready ? 200 : 503).end(ready ? "ok\n" : "database is not reachable\n");
    }
  }

  private static boolean isMisspelt(String uri) {
    return uri.indexOf('%') >= 0 && BAD_ESCAPE.matcher(uri).find();
  }

  /** The management API's description, the one that the tests hold this server to. */
  private static void contract(Router router) {
    Buffer yaml;
    try (InputStream in = HttpFront.class.getResourceAsStream("/openapi.yaml")) {
      yaml = Buffer.buffer(Objects.requireNonNull(in, "openapi.yaml").readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    router
        .get("/openapi.yaml")
        .handler(r -> {
          Cors.allow(r.response());
          r.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml").end(yaml);
        });
  }

  private static void await(Future<?> future, String what) throws IOException {
    try {
      var _ = future.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
      throw new IOException(
          cause instanceof BindException ? cause.getMessage() : what + ": " + cause.getMessage(),
          e);
    } catch (TimeoutException e) {
      throw new IOException(what + ": no answer in " + START_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(what + ": interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      await(vertx.close(), "closing HTTP");
    } catch (IOException e) {
      log.warn("{}", e.getMessage());
    }
  }
}
