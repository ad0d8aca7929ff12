package com.wavlake.ingest.server;

import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.web.Asset;
import com.wavlake.ingest.web.Assets;
import com.wavlake.ingest.web.Head;
import com.wavlake.ingest.web.Page;
import com.wavlake.ingest.web.PageWriter;
import com.wavlake.ingest.web.Site;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pages, their files, and what other sites ask about them (oEmbed). Each page brings along what
 * its script begins with, so that it has something to show at once.
 */
final class PageRoutes {
  private static final int MAX_AT_ONCE = 128;
  private static final String ASSETS = "/assets/";
  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final Map<Integer, String> TROUBLES =
      Map.of(429, "Too many requests", 500, "Something went wrong", 503, "Too busy");
  private static final String TAGLINE = "Live streams over Nostr.";

  private final MediaSender sender;
  private final Listings listings;
  private final Site site;
  private final Assets assets = Assets.load();
  private final PageWriter writer;
  private final OEmbed oembed;
  private final OffLoop offLoop;

  PageRoutes(Vertx vertx, Services services, Listings listings, MediaSender sender) {
    ServerSettings settings = services.settings();
    this.sender = sender;
    this.listings = listings;
    this.site =
        new Site(
            settings.name(),
            settings.urls().http(),
            settings.urls().playback().map(PageRoutes::origin));
    this.writer = new PageWriter(site, assets, services.time());
    this.oembed = new OEmbed(site, listings);
    this.offLoop = new OffLoop(vertx, services, "pages", MAX_AT_ONCE, this::refuse);
  }

  /** What a request is answered with. */
  private record Answer(
      int status, String mediaType, String policy, String cacheControl, byte[] body) {}

  /** Makes an answer; may block. */
  private interface Work {
    Answer make(RoutingContext request);
  }

  void mount(Router router) {
    on(router, "/").handler(r -> offLoop(r, _ -> home()));
    on(router, "/dashboard").handler(r -> offLoop(r, _ -> dashboard()));
    on(router, "/w/:stream").handler(r -> offLoop(r, x -> stream(x, Page.WATCH)));
    on(router, "/embed/:stream").handler(r -> offLoop(r, x -> stream(x, Page.EMBED)));
    on(router, "/overlay/chat/:stream").handler(r -> offLoop(r, x -> stream(x, Page.OVERLAY)));
    on(router, "/oembed").handler(r -> offLoop(r, this::oembed));
    on(router, "/assets/:version/*").handler(this::asset);
    on(router, "/favicon.ico").handler(r -> send(r, "icon.svg", "public, max-age=86400"));
  }

  private static Route on(Router router, String path) {
    return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
  }

  /** What nothing else is found for. */
  void mountLast(Router router) {
    router
        .route()
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(r -> offLoop(r, _ -> notFound("There is no such page here.")));
    for (String path : List.of("/", "/dashboard", "/w/*", "/embed/*", "/overlay/*", "/oembed")) {
      router
          .route(path)
          .handler(
              r -> r.response().setStatusCode(405).putHeader(HttpHeaders.ALLOW, "GET, HEAD").end());
    }
  }

  private Answer home() {
    Head head =
        new Head(site.name() + " · live", TAGLINE, Optional.of(site.url() + "/"), Optional.empty());
    return page(200, Page.HOME, head, listings.all().toString(), heading("Live now"));
  }

  private Answer dashboard() {
    Head head =
        new Head(
            "Go live · " + site.name(),
            "Stream from OBS; your own key signs.",
            Optional.of(site.url() + "/dashboard"),
            Optional.empty());
    return page(200, Page.DASHBOARD, head, "", heading("Go live"));
  }

  private Answer stream(RoutingContext request, Page page) {
    Optional<StreamRecord> found = listings.find(request.pathParam("stream"));
    if (found.isEmpty() && page == Page.OVERLAY) { // in a scene of OBS: words, and no ground
      byte[] words = "There is no such stream here.\n".getBytes(StandardCharsets.UTF_8);
      return new Answer(404, "text/plain; charset=utf-8", "default-src 'none'", "no-cache", words);
    }
    if (found.isEmpty()) {
      return notFound("No such stream is here, or it is over for so long that it is forgotten.");
    }
    StreamRecord stream = found.get();
    String title = stream.about().title();
    String description =
        stream.about().description().isBlank() ? TAGLINE : stream.about().description();
    String url = site.watch(stream.id());
    Head.Video video =
        new Head.Video(site.embed(stream.id()), listings.poster(stream), oembed.about(url));
    Head head =
        new Head(title + " · " + site.name(), description, Optional.of(url), Optional.of(video));
    String text = page == Page.WATCH ? heading(title) : "";
    return page(200, page, head, listings.one(stream).toString(), text);
  }

  private Answer notFound(String words) {
    String link = "<a class=\"button\" href=\"" + site.base() + "/\">See what is live</a>";
    return notice(404, "Not found", words, link);
  }

  /** In the frame of the other pages: a person reads it. */
  private Answer notice(int status, String title, String words, String link) {
    Head head = new Head(title + " · " + site.name(), words, Optional.empty(), Optional.empty());
    String text =
        "<section class=\"notice\"><h1>"
            + title
            + "</h1><p>"
            + PageWriter.escape(words)
            + "</p><p>"
            + link
            + "</p></section>";
    return page(status, Page.NOTICE, head, "", text);
  }

  /** What browsers go to is answered with a page; all else as the API does. */
  private void refuse(RoutingContext request, Problem problem) {
    String accept = request.request().getHeader(HttpHeaders.ACCEPT);
    String title = TROUBLES.get(problem.status());
    if (title == null || accept == null || !accept.contains("text/html")) {
      ApiRoutes.refuse(request.response(), problem);
      return;
    }
    if (request.response().headWritten()) {
      return;
    }
    problem
        .retryAfter()
        .ifPresent(seconds ->
            request.response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    String again = "<a class=\"button\" href=\"\">Try again</a>";
    Answer page = notice(problem.status(), title, problem.detail(), again);
    send(
        request,
        new Answer(page.status(), page.mediaType(), page.policy(), "no-store", page.body()));
  }

  private Answer page(int status, Page page, Head head, String data, String text) {
    byte[] html = writer.html(page, head, data, text).getBytes(StandardCharsets.UTF_8);
    return new Answer(status, "text/html; charset=utf-8", writer.policy(page), "no-cache", html);
  }

  private static String heading(String text) {
    return "<h1 class=\"waiting\">" + PageWriter.escape(text) + "</h1>";
  }

  private Answer oembed(RoutingContext request) {
    byte[] json = oembed.answer(request).toString().getBytes(StandardCharsets.UTF_8);
    return new Answer(200, "application/json", "default-src 'none'", "public, max-age=60", json);
  }

  private void asset(RoutingContext request) {
    String path = request.normalizedPath();
    String file = path.startsWith(ASSETS) ? path.substring(ASSETS.length()) : "";
    int slash = file.indexOf('/');
    if (slash < 0) {
      request.response().setStatusCode(404).end();
      return;
    }
    boolean current = file.substring(0, slash).equals(assets.version());
    send( // a page of before an update asks for another version
        request, file.substring(slash + 1), current ? FOREVER : "no-cache");
  }

  private void send(RoutingContext request, String name, String cacheControl) {
    HttpServerResponse response = request.response();
    Optional<Asset> asset = assets.find(name);
    if (asset.isEmpty()) {
      response.setStatusCode(404).end();
      return;
    }
    Cors.allow(response); // modules within the frames that other sites make
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, asset.get().mediaType())
        .putHeader(HttpHeaders.CACHE_CONTROL, cacheControl)
        .putHeader(HttpHeaders.VARY, "Accept-Encoding")
        .putHeader("X-Content-Type-Options", "nosniff");
    String takes = request.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
    boolean packed = takes != null && takes.contains("gzip");
    if (packed) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    sender.send(
        request.request(), Buffer.buffer(packed ? asset.get().gzip() : asset.get().bytes()));
  }

  private void offLoop(RoutingContext request, Work work) {
    offLoop.run(
        request,
        () -> {
          Answer answer = work.make(request);
          return () -> send(request, answer);
        });
  }

  private void send(RoutingContext request, Answer answer) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (answer.mediaType().equals("application/json")) {
      Cors.allow(response);
    }
    response
        .setStatusCode(answer.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, answer.mediaType())
        .putHeader(HttpHeaders.CACHE_CONTROL, answer.cacheControl())
        .putHeader("Content-Security-Policy", answer.policy())
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Referrer-Policy", "strict-origin-when-cross-origin")
        .putHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
    sender.send(request.request(), Buffer.buffer(answer.body()));
  }

  private static String origin(String template) {
    URI uri = URI.create(template.replace("{id}", "x"));
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
