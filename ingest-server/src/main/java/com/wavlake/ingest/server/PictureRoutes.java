package com.wavlake.ingest.server;

import com.wavlake.ingest.picture.Answer;
import com.wavlake.ingest.picture.Picture;
import com.wavlake.ingest.picture.Pictures;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.PublicKey;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures that events held here name: {@code /picture/PUBKEY}, {@code /emoji/EVENT/SHORTCODE},
 * {@code /poster/STREAM}. Why there is none is told to nobody.
 */
final class PictureRoutes {
  private static final Logger log = LoggerFactory.getLogger(PictureRoutes.class);
  private static final int MAX_CALLS = 256;
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final Answer MISSING = new Answer.Missing();

  private final Pictures pictures;
  private final MediaSender sender;
  private final OffLoop offLoop;

  PictureRoutes(Vertx vertx, Services services, MediaSender sender) {
    this.pictures = services.pictures();
    this.sender = sender;
    this.offLoop = new OffLoop(vertx, services, "pictures", MAX_CALLS);
  }

  void mount(Router router) {
    on(
        router,
        "/picture/:pubkey",
        "same-origin",
        r -> hex(r, "pubkey").map(PublicKey::parse).map(pictures::ofPerson));
    on(
        router,
        "/emoji/:event/:shortcode",
        "same-origin",
        r ->
            hex(r, "event")
                .map(EventId::parse)
                .flatMap(id -> name(r, "shortcode").map(code -> pictures.emoji(id, code))));
    on( // other sites show it beside a link
        router, "/poster/:id", "cross-origin", r -> name(r, "id").map(pictures::ofStream));
  }

  private static Optional<String> hex(RoutingContext request, String name) {
    return Optional.of(request.pathParam(name)).filter(HEX.asMatchPredicate());
  }

  private static Optional<String> name(RoutingContext request, String name) {
    return Optional.of(request.pathParam(name)).filter(NAME.asMatchPredicate());
  }

  private void on(
      Router router,
      String path,
      String policy,
      Function<RoutingContext, Optional<Answer>> question) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(request -> {
          request
              .response()
              .putHeader("X-Content-Type-Options", "nosniff")
              .putHeader("Content-Security-Policy", "default-src 'none'; sandbox")
              .putHeader("Cross-Origin-Resource-Policy", policy);
          ask(request, question);
        });
  }

  private void ask(RoutingContext request, Function<RoutingContext, Optional<Answer>> question) {
    offLoop.run(
        request,
        () -> {
          Answer answer = answer(request, question);
          return () -> send(request, answer);
        });
  }

  private static Answer answer(
      RoutingContext request, Function<RoutingContext, Optional<Answer>> question) {
    try {
      return question.apply(request).orElse(MISSING);
    } catch (RuntimeException e) { // whoever waits for a picture is told nothing of our troubles
      log.error("{} failed", request.normalizedPath(), e);
      return new Answer.Busy();
    }
  }

  private void send(RoutingContext request, Answer answer) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    switch (answer) {
      case Answer.Found(Picture picture) -> send(request, picture);
      case Answer.Busy() -> busy(request);
      case Answer.Missing() ->
          response
              .setStatusCode(404)
              .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
              .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
              .end("There is no such picture.\n");
    }
  }

  private void send(RoutingContext request, Picture picture) {
    String etag = "\"" + picture.etag() + "\"";
    HttpServerResponse response =
        request
            .response()
            .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=3600")
            .putHeader(HttpHeaders.ETAG, etag);
    if (isKnown(request.request().getHeader(HttpHeaders.IF_NONE_MATCH), etag)) {
      response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, picture.mediaType());
    sender.send(request.request(), Buffer.buffer(picture.bytes()));
  }

  /** RFC 9110 13.1.2: weak comparison. */
  private static boolean isKnown(@Nullable String ifNoneMatch, String etag) {
    return ifNoneMatch != null
        && Stream.of(ifNoneMatch.split(",", -1))
            .map(String::strip)
            .anyMatch(one -> one.equals("*") || one.equals(etag) || one.equals("W/" + etag));
  }

  private static void busy(RoutingContext request) {
    ApiRoutes.refuse(request.response(), Problem.busy("This picture is still on its way.", SOON));
  }
}
