package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.stream.StreamEvent;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.nostr.PublicKey;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
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
  private static final long KEEP_ALIVE_MILLIS = 15_000;
  private static final int MAX_UNSENT = 256 << 10;
  private static final int PAGE = 50;
  private static final int MAX_PAGE = 200;
  private static final String STREAM = "/api/v1/streams/:id";

  private final Vertx vertx;
  private final Services services;
  private final StreamJson json;
  private final Authenticator authenticator;
  private final Clients clients;
  private final Listings listings;
  private final Time time;
  private final OffLoop offLoop;
  private final Followers followers = new Followers();

  ApiRoutes(Vertx vertx, Services services, Listings listings) {
    ServerSettings settings = services.settings();
    this.vertx = vertx;
    this.services = services;
    this.json = new StreamJson(settings.urls(), services.media());
    this.authenticator = new Authenticator(services.time(), settings.rates().changes());
    this.clients = settings.clients();
    this.listings = listings;
    this.time = services.time();
    this.offLoop = new OffLoop(vertx, services, "requests", MAX_CALLS);
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
    router
        .route("/api/*")
        .handler(r -> { // a form would be taken apart, and what was signed is what was sent
          r.request().headers().remove(HttpHeaders.CONTENT_TYPE);
          r.next();
        });
    router.route("/api/*").handler(BodyHandler.create(false).setBodyLimit(MAX_BODY));
    streams(router, new ManagementApi(services, json));
    forwards(router, new ForwardApi(services, json));
    history(router, new HistoryApi(services));
    WillApi wills = new WillApi(services);
    String will = STREAM + "/last-will";
    on(router.get(will), 200, r -> wills.get(caller(r), id(r)));
    on(router.put(will), 200, r -> wills.deposit(caller(r), id(r), body(r)));
    on(router.delete(will), 200, r -> wills.withdraw(caller(r), id(r)));
    ModerationApi moderation = new ModerationApi(services);
    on(router.get(STREAM + "/moderation"), 200, r -> moderation.get(caller(r), id(r)));
    on(router.put(STREAM + "/moderation"), 200, r -> moderation.put(caller(r), id(r), body(r)));
    WebhookApi webhooks = new WebhookApi(services);
    on(router.get("/api/v1/webhooks"), 200, r -> webhooks.list(caller(r)));
    on(router.post("/api/v1/webhooks"), 201, r -> webhooks.add(caller(r), body(r)));
    on(router.delete("/api/v1/webhooks/:id"), 200, r -> webhooks.remove(caller(r), id(r)));
    PublisherApi publishers = new PublisherApi(services);
    String publisher = "/api/v1/admin/publishers";
    on(router.get(publisher), 200, r -> publishers.list(caller(r), query(r, "status")));
    on(router.put(publisher + "/:id"), 200, r -> publishers.set(caller(r), id(r), body(r)));
    on(router.delete(publisher + "/:id"), 200, r -> publishers.remove(caller(r), id(r)));
    PublicApi open = new PublicApi(services);
    on(router.get("/api/v1/live"), 200, _ -> listings.all());
    on(router.get("/api/v1/live/:id"), 200, r -> listings.one(listed(r)));
    on(router.get("/api/v1/info"), 200, r -> open.info(callerIfAny(r)));
    on(router.get("/api/v1/time"), 200, _ -> open.clock());
    router
        .route("/api/*")
        .handler(r -> refuse(r, new Problem(404, "not_found", "There is no such route.")));
    router.route("/api/*").failureHandler(r -> refuse(r, failure(r)));
  }

  private void streams(Router router, ManagementApi api) {
    on(
        router.post("/api/v1/streams/create"),
        201,
        r ->
            api.create(
                caller(r), body(r), Optional.ofNullable(r.request().getHeader("Idempotency-Key"))));
    on(router.get("/api/v1/streams"), 200, r -> api.list(caller(r), query(r, "cursor"), limit(r)));
    on(router.get(STREAM), 200, r -> api.get(caller(r), id(r)));
    on(router.patch(STREAM), 200, r -> api.edit(caller(r), id(r), body(r)));
    on(router.delete(STREAM), 200, r -> api.delete(caller(r), id(r)));
    on(router.get(STREAM + "/status"), 200, r -> api.status(callerIfAny(r), id(r)));
    on(router.post(STREAM + "/start"), 200, r -> api.start(caller(r), id(r)));
    on(router.post(STREAM + "/stop"), 200, r -> api.stop(caller(r), id(r)));
    on(router.post(STREAM + "/keys"), 200, r -> api.rotateKey(caller(r), id(r)));
    on(router.delete(STREAM + "/recording"), 200, r -> api.deleteRecording(caller(r), id(r)));
    router.get(STREAM + "/events").handler(r -> events(r, api));
  }

  private void forwards(Router router, ForwardApi api) {
    String forwards = STREAM + "/forwards";
    String one = forwards + "/:target";
    on(router.get(forwards), 200, r -> api.list(caller(r), id(r)));
    on(router.post(forwards), 201, r -> api.add(caller(r), id(r), body(r)));
    on(router.patch(one), 200, r -> api.change(caller(r), id(r), target(r), body(r)));
    on(router.delete(one), 200, r -> api.remove(caller(r), id(r), target(r)));
  }

  private void history(Router router, HistoryApi api) {
    on(
        router.get(STREAM + "/metrics"),
        200,
        r -> api.metrics(caller(r), id(r), query(r, "since"), query(r, "until")));
    on(router.get(STREAM + "/errors"), 200, r -> api.errors(caller(r), id(r)));
    on(router.get("/api/v1/summaries"), 200, r -> api.summaries(caller(r)));
  }

  private void on(Route route, int status, Call call) {
    route.handler(request -> answer(request, status, call));
  }

  private void answer(RoutingContext request, int status, Call call) {
    offLoop.run(
        request,
        () -> {
          String answer = call.run(request).toString();
          return () -> {
            if (!request.response().ended()) {
              Cors.allow(request.response());
              request
                  .response()
                  .setStatusCode(status)
                  .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                  .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                  .end(answer);
            }
          };
        });
  }

  /** Server-sent events for the owner of a stream, until it ends or the client goes. */
  private void events(RoutingContext request, ManagementApi api) {
    Context loop = vertx.getOrCreateContext();
    Follower follower = new Follower(request.response());
    offLoop.run(
        request,
        () -> {
          PublicKey caller = caller(request);
          if (!followers.enter(caller)) {
            throw Problem.busy("Too many followers; try again later.");
          }
          try {
            Closeable following =
                api.follow(
                    caller, id(request), event -> loop.runOnContext(_ -> follower.accept(event)));
            return () ->
                begin(
                    follower,
                    () -> {
                      followers.leave(caller);
                      following.close();
                    });
          } catch (RuntimeException e) {
            followers.leave(caller);
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
    private final Queue<StreamEvent> early = new ArrayDeque<>();
    private boolean begun;

    Follower(HttpServerResponse response) {
      this.response = response;
    }

    void accept(StreamEvent event) {
      if (begun) {
        tell(response, event);
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
    vertx.cancelTimer(keepAlive);
    try {
      following.close();
    } catch (IOException e) {
      log.debug("end of following", e);
    }
  }

  private void tell(HttpServerResponse response, StreamEvent event) {
    write(
        response,
        "event: " + json.name(event) + "\ndata: " + json.data(event, time.now()) + "\n\n");
    boolean last = event instanceof StreamEvent.Ended || event instanceof StreamEvent.KeyReplaced;
    if (last && !response.ended() && !response.closed()) {
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
        services.settings().urls().http() + request.request().uri(),
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

  private StreamRecord listed(RoutingContext request) {
    return listings.find(id(request)).orElseThrow(Problem::notFound);
  }

  private static String id(RoutingContext request) {
    return part(request, "id");
  }

  /** A part of the path; what no database takes is not there. */
  private static String part(RoutingContext request, String name) {
    String part = request.pathParam(name);
    if (part.indexOf('\0') >= 0) {
      throw new Problem(404, "not_found", "There is nothing of that name.");
    }
    return part;
  }

  private static String query(RoutingContext request, String name) {
    List<String> values = request.queryParam(name);
    return values.isEmpty() ? "" : values.getFirst();
  }

  private static int limit(RoutingContext request) {
    String text = query(request, "limit");
    if (text.isEmpty()) {
      return PAGE;
    }
    long limit = MediaPath.number(text, 0, text.length(), 4);
    if (limit < 1 || limit > MAX_PAGE) {
      throw Problem.validation(Map.of("limit", "is no number from 1 to " + MAX_PAGE));
    }
    return (int) limit;
  }

  private static String target(RoutingContext request) {
    return part(request, "target");
  }

  private static Problem failure(RoutingContext request) {
    if (request.statusCode() == 413) {
      return new Problem(413, "too_large", "The body is over " + MAX_BODY + " bytes.");
    }
    if (request.statusCode() >= 400 && request.statusCode() < 500) {
      return new Problem(request.statusCode(), "bad_request", "The request is not understood.");
    }
    if (request.failure() instanceof HttpClosedException) {
      log.debug("{}: the client hung up", request.normalizedPath());
      return new Problem(400, "bad_request", "The request is not whole.");
    }
    log.error("{} failed", request.normalizedPath(), request.failure());
    return new Problem(500, "internal", "Something went wrong here; it is logged.");
  }

  private static void refuse(RoutingContext request, Problem problem) {
    refuse(request.response(), problem);
  }

  static void refuse(HttpServerResponse response, Problem problem) {
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
    problem
        .retryAfter()
        .ifPresent(seconds ->
            response
                .putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds))
                .putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After"));
    response.end(problem.toJson());
  }
}
