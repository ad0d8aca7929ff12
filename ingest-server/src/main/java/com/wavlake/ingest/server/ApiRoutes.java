package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nostr.PublicKey;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management API over HTTP: each call on a virtual thread of its own, so that it may use the
 * database.
 */
final class ApiRoutes {
  private static final Logger log = LoggerFactory.getLogger(ApiRoutes.class);
  private static final int MAX_BODY = 64 << 10;
  private static final int MAX_CALLS = 256;
  private static final int MAX_FOLLOWERS = 200;
  private static final long KEEP_ALIVE_MILLIS = 15_000;
  private static final int MAX_UNSENT = 256 << 10;

  private final Vertx vertx;
  private final ManagementApi api;
  private final Authenticator authenticator;
  private final PublicUrls urls;
  private final Clients clients;
  private final Time time;
  private final Semaphore calls = new Semaphore(MAX_CALLS);
  private final Semaphore followers = new Semaphore(MAX_FOLLOWERS);

  ApiRoutes(
      Vertx vertx,
      ManagementApi api,
      Authenticator authenticator,
      PublicUrls urls,
      Clients clients,
      Time time) {
    this.vertx = vertx;
    this.api = api;
    this.authenticator = authenticator;
    this.urls = urls;
    this.clients = clients;
    this.time = time;
  }

  /** What a call answers; may block. */
  private interface Call {
    ObjectNode run(RoutingContext request);
  }

  void mount(Router router) {
    router
        .options("/api/*")
        .handler(request -> {
          Cors.allow(request.response());
          Cors.preflight(request.response(), "GET, POST, PUT, PATCH, DELETE, OPTIONS");
        });
    router.route("/api/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    router.post("/api/v1/streams/create").handler(r -> answer(r, 201, this::create));
    router.get("/api/v1/streams").handler(r -> answer(r, 200, c -> api.list(caller(c))));
    router.get("/api/v1/streams/:id").handler(r -> answer(r, 200, c -> api.get(caller(c), id(c))));
    router
        .get("/api/v1/streams/:id/status")
        .handler(r -> answer(r, 200, c -> api.status(callerIfAny(c), id(c))));
    router
        .post("/api/v1/streams/:id/start")
        .handler(r -> answer(r, 200, c -> api.start(caller(c), id(c))));
    router
        .post("/api/v1/streams/:id/stop")
        .handler(r -> answer(r, 200, c -> api.stop(caller(c), id(c))));
    router
        .post("/api/v1/streams/:id/keys")
        .handler(r -> answer(r, 200, c -> api.rotateKey(caller(c), id(c))));
    router
        .delete("/api/v1/streams/:id")
        .handler(r -> answer(r, 200, c -> api.delete(caller(c), id(c))));
    router
        .delete("/api/v1/streams/:id/recording")
        .handler(r -> answer(r, 200, c -> api.deleteRecording(caller(c), id(c))));
    router
        .get("/api/v1/streams/:id/forwards")
        .handler(r -> answer(r, 200, c -> api.forwards(caller(c), id(c))));
    router
        .post("/api/v1/streams/:id/forwards")
        .handler(r -> answer(r, 201, c -> api.addForward(caller(c), id(c), body(c))));
    router
        .patch("/api/v1/streams/:id/forwards/:target")
        .handler(r -> answer(r, 200, c -> api.changeForward(caller(c), id(c), target(c), body(c))));
    router
        .delete("/api/v1/streams/:id/forwards/:target")
        .handler(r -> answer(r, 200, c -> api.removeForward(caller(c), id(c), target(c))));
    router.get("/api/v1/streams/:id/events").handler(this::events);
    router.get("/api/v1/live").handler(r -> answer(r, 200, _ -> api.live()));
    router.get("/api/v1/info").handler(r -> answer(r, 200, _ -> api.info()));
    router.get("/api/v1/time").handler(r -> answer(r, 200, _ -> api.clock()));
    router
        .route("/api/*")
        .handler(r -> refuse(r, new Problem(404, "not_found", "There is no such route.")));
    router.route("/api/*").failureHandler(r -> refuse(r, failure(r)));
  }

  private ObjectNode create(RoutingContext request) {
    Optional<String> idempotencyKey =
        Optional.ofNullable(request.request().getHeader("Idempotency-Key"));
    return api.create(caller(request), body(request), idempotencyKey);
  }

  private void answer(RoutingContext request, int status, Call call) {
    offLoop(
        request,
        () -> {
          String json = call.run(request).toString();
          return () -> {
            if (!request.response().ended()) {
              Cors.allow(request.response());
              request
                  .response()
                  .setStatusCode(status)
                  .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                  .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                  .end(json);
            }
          };
        });
  }

  private interface Work {
    /** Blocks, and says what to do back on the event loop. */
    Runnable run();
  }

  private void offLoop(RoutingContext request, Work work) {
    if (!calls.tryAcquire()) {
      refuse(
          request, new Problem(503, "busy", "Too many requests at once; try again in a moment."));
      return;
    }
    Context loop = vertx.getOrCreateContext();
    Thread.ofVirtual()
        .name("api")
        .start(() -> {
          Runnable then;
          try {
            then = work.run();
          } catch (Problem problem) {
            then = () -> refuse(request, problem);
          } catch (RuntimeException e) {
            log.error("{} {} failed", request.request().method(), request.normalizedPath(), e);
            then =
                () ->
                    refuse(
                        request,
                        new Problem(500, "internal", "Something went wrong here; it is logged."));
          } finally {
            calls.release();
          }
          Runnable last = then;
          loop.runOnContext(_ -> last.run());
        });
  }

  /** Server-sent events for the owner of a stream, until it ends or the client goes. */
  private void events(RoutingContext request) {
    Context loop = vertx.getOrCreateContext();
    Follower follower = new Follower(request.response());
    offLoop(
        request,
        () -> {
          if (!followers.tryAcquire()) {
            throw new Problem(503, "busy", "Too many followers; try again later.");
          }
          try {
            Closeable following =
                api.follow(
                    caller(request),
                    id(request),
                    event -> loop.runOnContext(_ -> follower.accept(event)));
            return () -> begin(follower, following);
          } catch (RuntimeException e) {
            followers.release();
            throw e;
          }
        });
  }

  private void begin(Follower follower, Closeable following) {
    HttpServerResponse response = follower.response;
    long keepAlive = vertx.setPeriodic(KEEP_ALIVE_MILLIS, _ -> write(response, ": still here\n\n"));
    AtomicBoolean over = new AtomicBoolean();
    Handler<Void> end =
        _ -> {
          if (over.compareAndSet(false, true)) {
            stopFollowing(following, keepAlive);
          }
        };
    if (response.closed()) { // gone while we looked: its handlers would never be called
      end.handle(null);
      return;
    }
    response.endHandler(end).closeHandler(end).exceptionHandler(_ -> end.handle(null));
    Cors.allow(response);
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setChunked(true).setWriteQueueMaxSize(MAX_UNSENT);
    response.write("retry: 1000\n\n");
    follower.begin();
  }

  /** On the event loop: what is told before the answer has begun waits. */
  private final class Follower {
    private final HttpServerResponse response;
    private final StreamJson json = api.json();
    private final Queue<StreamEvent> early = new ArrayDeque<>();
    private boolean begun;

    Follower(HttpServerResponse response) {
      this.response = response;
    }

    void accept(StreamEvent event) {
      if (begun) {
        tell(response, json, event);
      } else {
        early.add(event);
      }
    }

    void begin() {
      begun = true;
      early.forEach(this::accept);
      early.clear();
    }
  }

  private void stopFollowing(Closeable following, long keepAlive) {
    followers.release();
    vertx.cancelTimer(keepAlive);
    try {
      following.close();
    } catch (IOException e) {
      log.debug("end of following", e);
    }
  }

  private void tell(HttpServerResponse response, StreamJson json, StreamEvent event) {
    write(
        response,
        "event: " + json.name(event) + "\ndata: " + json.data(event, time.now()) + "\n\n");
    if (event instanceof StreamEvent.Ended && !response.ended() && !response.closed()) {
      response.end();
    }
  }

  /** A reader that does not keep up is dropped: it comes again and is told how things stand. */
  private static void write(HttpServerResponse response, String text) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.writeQueueFull()) {
      response.reset();
    } else {
      response.write(text);
    }
  }

  private PublicKey caller(RoutingContext request) {
    return authenticator.require(
        request.request().getHeader(HttpHeaders.AUTHORIZATION),
        request.request().method().name(),
        urls.http() + request.request().uri(),
        body(request),
        clients.address(request.request()));
  }

  /** Nobody for a request without authorisation; a wrong one is refused all the same. */
  private Optional<PublicKey> callerIfAny(RoutingContext request) {
    return request.request().headers().contains(HttpHeaders.AUTHORIZATION)
        ? Optional.of(caller(request))
        : Optional.empty();
  }

  private static byte[] body(RoutingContext request) {
    return request.body() == null || request.body().buffer() == null
        ? new byte[0]
        : request.body().buffer().getBytes();
  }

  private static String id(RoutingContext request) {
    return request.pathParam("id");
  }

  private static String target(RoutingContext request) {
    return request.pathParam("target");
  }

  private static Problem failure(RoutingContext request) {
    if (request.statusCode() == 413) {
      return new Problem(413, "too_large", "The body is over " + MAX_BODY + " bytes.");
    }
    if (request.statusCode() >= 400 && request.statusCode() < 500) {
      return new Problem(request.statusCode(), "bad_request", "The request is not understood.");
    }
    log.error("{} failed", request.normalizedPath(), request.failure());
    return new Problem(500, "internal", "Something went wrong here; it is logged.");
  }

  private static void refuse(RoutingContext request, Problem problem) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    Cors.allow(response);
    response
        .setStatusCode(problem.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    if (problem.status() == 401) {
      response.putHeader("WWW-Authenticate", "Nostr");
    }
    if (problem.status() == 429 || problem.status() == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, "10");
    }
    response.end(problem.toJson());
  }
}
