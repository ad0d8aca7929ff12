package com.wavlake.ingest.server;

import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.relay.RelayLimits;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.time.Time;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx;
  private final HttpServer main;
  private final HttpServer admin;
  private volatile Handler<HttpServerRequest> mainHandler = HttpFront::notYet;
  private volatile Handler<HttpServerRequest> adminHandler = HttpFront::notYet;

  private HttpFront(Vertx vertx, HttpServer main, HttpServer admin) {
    this.vertx = vertx;
    this.main = main.requestHandler(request -> mainHandler.handle(request));
    this.admin = admin.requestHandler(request -> adminHandler.handle(request));
  }

  /**
   * Binds a port before it is known what will be served there: a public URL may depend on the port.
   */
  public static HttpFront bind(String address, int port, int adminPort) throws IOException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    HttpServerOptions options =
        new HttpServerOptions()
            .setIdleTimeout(IDLE_SECONDS)
            .setAcceptBacklog(MAX_CONNECTIONS_BACKLOG)
            .setMaxWebSocketFrameSize(RelayLimits.DEFAULT.frameBytes())
            .setMaxWebSocketMessageSize(RelayLimits.DEFAULT.frameBytes())
            .setTcpNoDelay(true);
    HttpServer main = vertx.createHttpServer(options);
    HttpServer admin = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(IDLE_SECONDS));
    HttpFront front = new HttpFront(vertx, main, admin);
    try {
      await(main.listen(port, address), "HTTP port " + port + " on " + address);
      await(admin.listen(adminPort, LOOPBACK), "admin port " + adminPort);
    } catch (IOException e) {
      front.close();
      throw e;
    }
    return front;
  }

  /** The port in use. */
  public int port() {
    return main.actualPort();
  }

  /** The port of the metrics. */
  public int adminPort() {
    return admin.actualPort();
  }

  /** Begins to serve. */
  public void serve(
      StreamRegistry registry,
      StreamStore store,
      Relay relay,
      RtmpServer rtmp,
      Time time,
      ServerSettings settings) {
    HlsRoutes hls = new HlsRoutes(registry);
    RelayRoute relayRoute = new RelayRoute(vertx, relay, settings);
    ManagementApi api = new ManagementApi(registry, store, time, settings);
    Router router = Router.router(vertx);
    new ApiRoutes(vertx, api, new Authenticator(time), settings.urls(), time).mount(router);
    health(router, store);
    mainHandler =
        request -> {
          String path = request.path() == null ? "" : request.path();
          if (path.startsWith(HlsRoutes.PREFIX)) {
            hls.handle(request);
          } else if (path.equals(RelayRoute.PATH)) {
            relayRoute.handle(request);
          } else {
            router.handle(request);
          }
        };

    PrometheusMeterRegistry meters = meters(registry, relay, rtmp, hls);
    Router inside = Router.router(vertx);
    health(inside, store);
    inside
        .get("/metrics")
        .handler(r ->
            r.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                .end(meters.scrape()));
    adminHandler = inside;
  }

  private static void health(Router router, StreamStore store) {
    router.get("/health/live").handler(r -> r.response().end("ok\n"));
    router
        .get("/health/ready")
        .handler(r ->
            r.vertx()
                .executeBlocking(store::isReachable)
                .onComplete(done ->
                    r.response()
                        .setStatusCode(done.succeeded() && done.result() ? 200 : 503)
                        .end(
                            done.succeeded() && done.result()
                                ? "ok\n"
                                : "database is not reachable\n")));
  }

  private static PrometheusMeterRegistry meters(
      StreamRegistry registry, Relay relay, RtmpServer rtmp, HlsRoutes hls) {
    PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Gauge.builder("wlk.streams.connected", registry, StreamRegistry::connectedStreams)
        .description("Encoders connected now.")
        .register(meters);
    Gauge.builder("wlk.viewers", registry, StreamRegistry::viewers)
        .description("Viewers now.")
        .register(meters);
    Gauge.builder("wlk.rtmp.connections", rtmp, RtmpServer::connectionCount)
        .description("RTMP connections now, let in or not.")
        .register(meters);
    FunctionCounter.builder("wlk.rtmp.accepted", rtmp, RtmpServer::acceptedCount)
        .description("RTMP connections so far.")
        .register(meters);
    FunctionCounter.builder("wlk.http.media.sent", hls, HlsRoutes::bytesSent)
        .baseUnit("bytes")
        .description("Playlists and segments sent.")
        .register(meters);
    Gauge.builder("wlk.relay.clients", relay, Relay::clientCount)
        .description("Relay clients now.")
        .register(meters);
    FunctionCounter.builder("wlk.relay.events.accepted", relay, Relay::acceptedCount)
        .description("Events taken by the relay.")
        .register(meters);
    FunctionCounter.builder("wlk.relay.events.refused", relay, Relay::refusedCount)
        .description("Events refused by the relay.")
        .register(meters);
    return meters;
  }

  private static void notYet(HttpServerRequest request) {
    request.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "1").end("starting\n");
  }

  private static void await(Future<?> future, String what) throws IOException {
    try {
      var _ = future.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
      String problem =
          cause instanceof BindException ? "cannot be had, is it in use?" : cause.getMessage();
      throw new IOException(what + ": " + problem, e);
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
