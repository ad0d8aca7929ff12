package com.wavlake.ingest.server;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** One event loop's share of a port. */
final class HttpLoop extends VerticleBase {
  private final HttpServerOptions options;
  private final int port;
  private final String address;
  private volatile Handler<HttpServerRequest> handler = HttpLoop::notYet;
  private final Doorkeeper doorkeeper;
  private @Nullable HttpServer server;

  /**
   * Not yet listening.
   *
   * @param port negative for a free one that all loops of a deployment share
   */
  HttpLoop(HttpServerOptions options, int port, String address, Doorkeeper doorkeeper) {
    this.doorkeeper = doorkeeper;
    this.options = options;
    this.port = port;
    this.address = address;
  }

  @Override
  public Future<?> start() {
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(doorkeeper::enter)
            .requestHandler(request -> handler.handle(request));
    return server.listen(port, address);
  }

  /** What it serves from now on. */
  void serve(Handler<HttpServerRequest> requests) {
    handler = requests;
  }

  /** The loop itself. */
  Context loop() {
    return context;
  }

  /** The port in use. */
  int port() {
    return server == null ? 0 : server.actualPort();
  }

  private static void notYet(HttpServerRequest request) {
    request.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "1").end("starting\n");
  }
}
