package com.wavlake.ingest.server;

import com.wavlake.ingest.hooks.ExternalEncoders;
import com.wavlake.ingest.hooks.HookCall;
import com.wavlake.ingest.hooks.HookFormat;
import com.wavlake.ingest.hooks.HookFormat.Reply;
import com.wavlake.ingest.hooks.HookMalformed;
import com.wavlake.ingest.hooks.MediaMtx;
import com.wavlake.ingest.hooks.NginxRtmp;
import com.wavlake.ingest.hooks.Srs;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where other media engines ask: {@code POST /hooks/SECRET/ENGINE}. Who does not know the secret
 * hears that there is nothing.
 */
final class HookRoutes {
  private static final Logger log = LoggerFactory.getLogger(HookRoutes.class);
  private static final int MAX_BODY = 64 << 10;
  private static final int MAX_CALLS = 64;
  private static final Map<String, HookFormat> FORMATS =
      Map.of("nginx-rtmp", new NginxRtmp(), "srs", new Srs(), "mediamtx", new MediaMtx());

  private final Vertx vertx;
  private final byte[] secret;
  private final ExternalEncoders encoders;
  private final Semaphore calls = new Semaphore(MAX_CALLS);

  HookRoutes(Vertx vertx, String secret, ExternalEncoders encoders) {
    this.vertx = vertx;
    this.secret = secret.getBytes(StandardCharsets.UTF_8);
    this.encoders = encoders;
  }

  void mount(Router router) {
    router.post("/hooks/:secret/:engine").handler(this::guard);
    router
        .post("/hooks/:secret/:engine")
        .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
        .handler(this::call)
        .failureHandler(request ->
            request.response().setStatusCode(request.statusCode() == 413 ? 413 : 500).end());
    router.route("/hooks/*").handler(request -> request.response().setStatusCode(404).end());
  }

  private void guard(RoutingContext request) {
    byte[] shown = request.pathParam("secret").getBytes(StandardCharsets.UTF_8);
    boolean right = MessageDigest.isEqual(shown, secret);
    if (right && FORMATS.containsKey(request.pathParam("engine"))) {
      request.next();
    } else {
      request.response().setStatusCode(404).end();
    }
  }

  private void call(RoutingContext request) {
    String engine = request.pathParam("engine");
    HookFormat format = FORMATS.getOrDefault(engine, new Srs());
    byte[] body =
        request.body().buffer() == null ? new byte[0] : request.body().buffer().getBytes();
    if (!calls.tryAcquire()) {
      request.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "5").end();
      return;
    }
    Context loop = vertx.getOrCreateContext();
    Thread.ofVirtual()
        .name("hook")
        .start(() -> {
          Reply reply;
          try {
            HookCall call = format.parse(body);
            reply = format.reply(call, encoders.handle(engine, call));
          } catch (HookMalformed e) {
            reply = new Reply(400, "", String.valueOf(e.getMessage()));
          } catch (RuntimeException e) {
            log.error("a hook failed", e);
            reply = new Reply(500, "", "");
          } finally {
            calls.release();
          }
          Reply last = reply;
          loop.runOnContext(_ -> send(request.response(), last));
        });
  }

  private static void send(HttpServerResponse response, Reply reply) {
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(reply.status())
        .putHeader(
            HttpHeaders.CONTENT_TYPE,
            reply.body().startsWith("{") ? "application/json" : "text/plain; charset=utf-8");
    if (!reply.location().isEmpty()) {
      response.putHeader(HttpHeaders.LOCATION, reply.location());
    }
    response.end(reply.body());
  }
}
