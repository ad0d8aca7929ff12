package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pages, their files, and what other sites ask about them (oEmbed). Each page brings along what
 * its script begins with, so that it has something to show at once.
 */
final class PageRoutes {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_AT_ONCE = 128;
  private static final String FOREVER = "public, max-age=31536000, immutable";
  private static final String TAGLINE = "Live streams over Nostr.";
  private static final Pattern WATCHED = Pattern.compile(".*/(?:w|embed)/([^/?#]{1,1000})");
  private static final int WIDE = 1_280;
  private static final int HIGH = 720;
  private static final int LEAST = 160;

  private final ServerSettings settings;
  private final MediaSender sender;
  private final Listings listings;
  private final Site site;
  private final Assets assets = Assets.load();
  private final PageWriter writer;
  private final OffLoop offLoop;

  PageRoutes(Vertx vertx, Services services, MediaSender sender) {
    this.settings = services.settings();
    this.sender = sender;
    this.listings = new Listings(services);
    this.site =
        new Site(
            settings.name(),
            settings.urls().http(),
            settings.urls().playback().map(PageRoutes::origin));
    this.writer = new PageWriter(site, assets);
    this.offLoop = new OffLoop(vertx, services, "pages", MAX_AT_ONCE);
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
    Head head = new Head(site.name() + " · live", TAGLINE, site.url() + "/", Optional.empty());
    return page(200, Page.HOME, head, listings.all().toString(), heading("Live now"));
  }

  private Answer dashboard() {
    Head head =
        new Head(
            "Go live · " + site.name(),
            "Stream from OBS; your own key signs.",
            site.url() + "/dashboard",
            Optional.empty());
    return page(200, Page.DASHBOARD, head, "", heading("Go live"));
  }

  private Answer stream(RoutingContext request, Page page) {
    Optional<StreamRecord> found = listings.find(request.pathParam("stream"));
    if (found.isEmpty()) {
      return notFound("No such stream is hosted here. It may be over for longer than a day.");
    }
    StreamRecord stream = found.get();
    String title = stream.about().title();
    String description =
        stream.about().description().isBlank() ? TAGLINE : stream.about().description();
    String url = site.watch(stream.id());
    Head.Video video =
        new Head.Video(
            site.embed(stream.id()),
            picture(stream),
            site.url() + "/oembed?format=json&url=" + encode(url));
    Head head = new Head(title + " · " + site.name(), description, url, Optional.of(video));
    String text = page == Page.WATCH ? heading(title) : "";
    return page(200, page, head, listings.one(stream).toString(), text);
  }

  /** What its streamer chose, or how it looks just now. */
  private Optional<String> picture(StreamRecord stream) {
    return stream
        .about()
        .image()
        .map(_ -> settings.urls().http() + "/poster/" + stream.id())
        .or(() -> listings.picture(stream));
  }

  private Answer notFound(String words) {
    Head head = new Head("Not found · " + site.name(), words, site.url() + "/", Optional.empty());
    String text =
        "<section class=\"notice\"><h1>Not found</h1><p>"
            + PageWriter.escape(words)
            + "</p><p><a class=\"button\" href=\""
            + site.base()
            + "/\">See what is live</a></p></section>";
    return page(404, Page.NOT_FOUND, head, "", text);
  }

  private Answer page(int status, Page page, Head head, String data, String text) {
    byte[] html = writer.html(page, head, data, text).getBytes(StandardCharsets.UTF_8);
    return new Answer(status, "text/html; charset=utf-8", writer.policy(page), "no-cache", html);
  }

  private static String heading(String text) {
    return "<h1 class=\"waiting\">" + PageWriter.escape(text) + "</h1>";
  }

  /** oEmbed 1.0, of watch pages. */
  private Answer oembed(RoutingContext request) {
    List<String> format = request.queryParam("format");
    if (!format.isEmpty() && !format.getFirst().equals("json")) {
      throw new Problem(501, "not_implemented", "format: json alone is spoken here.");
    }
    Optional<StreamRecord> found =
        request.queryParam("url").stream()
            .findFirst()
            .map(WATCHED::matcher)
            .filter(Matcher::matches)
            .flatMap(path -> listings.find(path.group(1)));
    StreamRecord stream = found.orElseThrow(Problem::notFound);
    int width =
        Math.min(size(request, "maxwidth", WIDE), size(request, "maxheight", HIGH) * 16 / 9);
    int height = width * 9 / 16;
    String title = stream.about().title();
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0");
    json.put("type", "video");
    json.put("title", title);
    json.put("author_name", stream.owner().npub());
    json.put("provider_name", site.name());
    json.put("provider_url", site.url());
    json.put("cache_age", 60);
    json.put("width", width);
    json.put("height", height);
    json.put(
        "html",
        "<iframe src=\""
            + PageWriter.escape(site.embed(stream.id()))
            + "\" width=\""
            + width
            + "\" height=\""
            + height
            + "\" title=\""
            + PageWriter.escape(title)
            + "\" allow=\"autoplay; fullscreen; picture-in-picture\" allowfullscreen"
            + " style=\"border:0\"></iframe>");
    picture(stream)
        .ifPresent(url ->
            json.put("thumbnail_url", url)
                .put("thumbnail_width", WIDE)
                .put("thumbnail_height", HIGH));
    return new Answer(
        200,
        "application/json",
        "default-src 'none'",
        "public, max-age=60",
        json.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static int size(RoutingContext request, String name, int most) {
    List<String> given = request.queryParam(name);
    String text = given.isEmpty() ? "" : given.getFirst();
    long number = MediaPath.number(text, 0, text.length(), 5);
    return number < 0 ? most : Math.clamp(number, LEAST, most);
  }

  private void asset(RoutingContext request) {
    String path = request.normalizedPath();
    String version = request.pathParam("version");
    String name = path.substring(path.indexOf(version) + version.length() + 1);
    send(
        request,
        name,
        version.equals(assets.version()) ? FOREVER : "no-cache"); // a page of before an update
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

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
