package com.wavlake.ingest.web;

import com.wavlake.ingest.time.Time;
import com.wavlake.ingest.web.Page.Frame;
import com.wavlake.live.nostr.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes the HTML around the pages, and the policy of what a browser may do in them. Nothing in it
 * is a script but the import map, whose hash the policy names. Safe for use by many threads.
 */
public final class PageWriter {
  private final Site site;
  private final Time time;
  private final Map<Page, Set<String>> modules = new EnumMap<>(Page.class);
  private final String prefix;
  private final String importMap;

  /**
   * For a server's pages.
   *
   * @param time what the clock in them is set by
   */
  public PageWriter(Site site, Assets assets, Time time) {
    this.site = site;
    this.time = time;
    this.prefix = site.base() + "/assets/" + assets.version() + "/";
    this.importMap = assets.importMap(prefix);
    for (Page page : Page.values()) {
      if (!page.script().isEmpty()) {
        modules.put(page, assets.modules(page.script()));
      }
    }
  }

  /**
   * The whole page.
   *
   * @param data JSON that its script begins with; it may hold anything
   * @param text what is shown until the script has come, and without one
   */
  public String html(Page page, Head head, String data, String text) {
    StringBuilder html = new StringBuilder(4_096);
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    meta(html, "name", "viewport", "width=device-width, initial-scale=1, viewport-fit=cover");
    html.append("<title>").append(escape(head.title())).append("</title>\n");
    meta(html, "name", "description", head.description());
    meta(html, "name", "color-scheme", "dark light");
    meta(html, "name", "wlk:site", site.name());
    meta(html, "name", "wlk:api", site.url());
    meta(html, "name", "wlk:base", site.base());
    meta(html, "name", "wlk:time", Long.toString(time.now().getEpochSecond()));
    openGraph(html, head);
    link(html, "icon", prefix + "icon.svg", Map.of("type", "image/svg+xml"));
    html.append("<script src=\"").append(prefix).append("app/theme.js\"></script>\n");
    link(html, "stylesheet", prefix + page.style(), Map.of());
    if (!page.script().isEmpty()) {
      html.append("<script type=\"importmap\">").append(importMap).append("</script>\n");
      modules
          .getOrDefault(page, Set.of())
          .forEach(module -> link(html, "modulepreload", prefix + module, Map.of()));
      html.append("<script type=\"module\" src=\"")
          .append(prefix)
          .append(page.script())
          .append("\"></script>\n");
    }
    html.append("</head>\n<body class=\"page-")
        .append(page.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .append("\">\n");
    if (page.frame() == Frame.FULL) {
      bar(html);
    }
    html.append("<main id=\"main\" tabindex=\"-1\">").append(text);
    if (!page.script().isEmpty()) {
      html.append("<noscript><p class=\"notice\">This page needs JavaScript.</p></noscript>");
    }
    html.append("</main>\n");
    if (!data.isEmpty()) { // no script: its type is none that browsers run
      html.append("<script type=\"application/json\" id=\"data\">")
          .append(data.replace("<", "\\u003c"))
          .append("</script>\n");
    }
    return html.append("</body>\n</html>\n").toString();
  }

  /** {@code Content-Security-Policy} of a page. */
  public String policy(Page page) {
    Map<String, String> rules = new TreeMap<>();
    String elsewhere = site.playback().map(origin -> " " + origin).orElse("");
    rules.put("default-src", "'none'");
    rules.put("script-src", "'self' 'sha256-" + hash(importMap) + "'");
    rules.put("style-src", "'self'");
    rules.put("img-src", "'self' data:");
    rules.put("media-src", "'self' blob:" + elsewhere);
    // Where a streamer's event goes, besides here; ws: for relays on the same machine.
    rules.put("connect-src", "'self' wss:" + (site.isSecure() ? "" : " ws:") + elsewhere);
    rules.put("base-uri", "'none'");
    rules.put("form-action", "'none'");
    rules.put("frame-ancestors", page.frame() == Frame.EMBEDDED ? "*" : "'none'");
    rules.put("require-trusted-types-for", "'script'");
    rules.put("trusted-types", "lit-html");
    StringBuilder policy = new StringBuilder();
    rules.forEach((name, value) -> policy.append(name).append(' ').append(value).append("; "));
    return policy.substring(0, policy.length() - 2);
  }

  /** What a name or a text is in HTML, in an attribute too. */
  public static String escape(String text) {
    StringBuilder html = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        default -> html.append(c);
      }
    }
    return html.toString();
  }

  private void bar(StringBuilder html) {
    String base = site.base();
    html.append("<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header class=\"bar\">")
        .append("<a class=\"brand\" href=\"")
        .append(base)
        .append("/\"><img src=\"")
        .append(prefix)
        .append("icon.svg\" alt=\"\" width=\"28\" height=\"28\"><span>")
        .append(escape(site.name()))
        .append("</span></a><nav aria-label=\"Site\"><a href=\"")
        .append(base)
        .append("/\">Watch</a><a href=\"")
        .append(base)
        .append("/dashboard\">Go live</a></nav><wlk-account></wlk-account></header>\n");
  }

  private void openGraph(StringBuilder html, Head head) {
    meta(html, "property", "og:site_name", site.name());
    meta(html, "property", "og:title", head.title());
    meta(html, "property", "og:description", head.description());
    head.url()
        .ifPresent(url -> {
          meta(html, "property", "og:url", url);
          link(html, "canonical", url, Map.of());
        });
    meta(html, "property", "og:type", head.video().isPresent() ? "video.other" : "website");
    head.video()
        .ifPresent(video -> {
          meta(html, "property", "og:video", video.embed());
          meta(html, "property", "og:video:type", "text/html");
          meta(html, "property", "og:video:width", "1280");
          meta(html, "property", "og:video:height", "720");
          meta(html, "name", "twitter:card", video.image().isPresent() ? "player" : "summary");
          meta(html, "name", "twitter:player", video.embed());
          meta(html, "name", "twitter:player:width", "1280");
          meta(html, "name", "twitter:player:height", "720");
          video.image().ifPresent(image -> meta(html, "property", "og:image", image));
          link(
              html,
              "alternate",
              video.oembed(),
              Map.of("type", "application/json+oembed", "title", head.title()));
        });
  }

  private static void meta(StringBuilder html, String kind, String name, String content) {
    html.append("<meta ")
        .append(kind)
        .append("=\"")
        .append(name)
        .append("\" content=\"")
        .append(escape(content))
        .append("\">\n");
  }

  private static void link(
      StringBuilder html, String relation, String href, Map<String, String> more) {
    html.append("<link rel=\"").append(relation).append("\" href=\"").append(escape(href));
    new TreeMap<>(more)
        .forEach(
            (name, value) -> html.append("\" ").append(name).append("=\"").append(escape(value)));
    html.append("\">\n");
  }

  private static String hash(String text) {
    return Base64.getEncoder()
        .encodeToString(Sha256.start().digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
