package com.wavlake.ingest.server;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.BindException;
import java.util.List;

/** One event loop's share of some ports, which serve the same. */
final class HttpLoop extends VerticleBase {
  private final String address;
  private final List<Listener> listeners;
  private volatile List<HttpServer> servers = List.of();
  private volatile Handler<HttpServerRequest> handler = HttpLoop::notYet;

  /**
   * A port to listen on.
   *
   * @param name for who reads that it cannot be had
   * @param port negative for a free one that all loops of a deployment share
   * @param options of its server
   * @param door sees each connection first
   */
  record Listener(String name, int port, HttpServerOptions options, Handler<HttpConnection> door) {}

  /** Not yet listening. */
  HttpLoop(String address, List<Listener> listeners) {
    this.address = address;
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public Future<?> start() {
    servers =
        listeners.stream()
            .map(listener ->
                vertx
                    .createHttpServer(listener.options())
                    .connectionHandler(listener.door())
                    .requestHandler(request -> handler.handle(request)))
            .toList();
    Future<?> listening = Future.succeededFuture();
    for (int i = 0; i < servers.size(); i++) {
      Listener listener = listeners.get(i);
      HttpServer server = servers.get(i);
      listening =
          listening.compose(_ ->
              server
                  .listen(listener.port(), address)
                  .recover(e -> Future.failedFuture(named(listener, e))));
    }
    return listening;
  }

  private Throwable named(Listener listener, Throwable problem) {
    String port = listener.name() + " port " + Math.max(0, listener.port()) + " on " + address;
    Throwable named =
        problem instanceof BindException
            ? new BindException(port + ": cannot be had, is it in use?")
            : new IllegalStateException(port + ": " + problem.getMessage());
    return named.initCause(problem);
  }

  /** What it serves from now on. */
  void serve(Handler<HttpServerRequest> requests) {
    handler = requests;
  }

  /** The loop itself. */
  Context loop() {
    return context;
  }

  /** The port in use of a listener; −1 where there is no such listener. */
  int port(int listener) {
    return listener < servers.size() ? servers.get(listener).actualPort() : -1;
  }

  private static void notYet(HttpServerRequest request) {
    request.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "1").end("starting\n");
  }
}
