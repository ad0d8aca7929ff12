package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.web.PageWriter;
import com.wavlake.ingest.web.Site;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What other sites ask about a stream's page: oEmbed 1.0. */
final class OEmbed {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WIDE = 1_280;
  private static final int HIGH = 720;
  private static final int LEAST = 16;

  private final Site site;
  private final Listings listings;
  private final Pattern watched;

  OEmbed(Site site, Listings listings) {
    this.site = site;
    this.listings = listings;
    this.watched =
        Pattern.compile(Pattern.quote(site.url()) + "/(?:w|embed)/([^/?#]{1,1000})/?(?:[?#].*)?");
  }

  /** Where more is said of a page. */
  String about(String url) {
    String encoded = URLEncoder.encode(url, StandardCharsets.UTF_8);
    return site.url() + "/oembed?format=json&url=" + encoded;
  }

  /** May block. */
  ObjectNode answer(RoutingContext request) {
    List<String> format = request.queryParam("format");
    if (!format.isEmpty() && !format.getFirst().equals("json")) {
      throw new Problem(501, "not_implemented", "format: json alone is spoken here.");
    }
    Optional<StreamRecord> found =
        request.queryParam("url").stream()
            .findFirst()
            .map(watched::matcher)
            .filter(Matcher::matches)
            .flatMap(path -> listings.find(path.group(1)));
    StreamRecord stream = found.orElseThrow(Problem::notFound);
    int width =
        Math.min(size(request, "maxwidth", WIDE), size(request, "maxheight", HIGH) * 16 / 9);
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0");
    json.put("type", "video");
    json.put("title", stream.about().title());
    json.put("author_name", stream.owner().npub());
    json.put("provider_name", site.name());
    json.put("provider_url", site.url());
    json.put("cache_age", 60);
    json.put("width", width);
    json.put("height", width * 9 / 16);
    json.put("html", frame(stream, width));
    listings
        .poster(stream)
        .filter(_ -> width == WIDE) // the bounds hold for it too
        .ifPresent(url ->
            json.put("thumbnail_url", url)
                .put("thumbnail_width", WIDE)
                .put("thumbnail_height", HIGH));
    return json;
  }

  private String frame(StreamRecord stream, int width) {
    return "<iframe src=\""
        + PageWriter.escape(site.embed(stream.id()))
        + "\" width=\""
        + width
        + "\" height=\""
        + width * 9 / 16
        + "\" title=\""
        + PageWriter.escape(stream.about().title())
        + "\" allow=\"autoplay; fullscreen; picture-in-picture\" allowfullscreen"
        + " style=\"border:0\"></iframe>";
  }

  private static int size(RoutingContext request, String name, int most) {
    List<String> given = request.queryParam(name);
    String text = given.isEmpty() ? "" : given.getFirst();
    long number = MediaPath.number(text, 0, text.length(), 5);
    return number < 0 ? most : Math.clamp(number, LEAST, most);
  }
}
