package com.wavlake.ingest.web;

import com.wavlake.live.nostr.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * Every file that the pages are made of, compressed once and held in memory: ours, and those of Lit
 * and hls.js out of their WebJars. The version is that of the contents, so that a browser may keep
 * them for ever. Immutable.
 */
public final class Assets {
  private static final String WEBJARS = "/META-INF/resources/webjars/";

  /** Ours, below {@code /web/}. */
  static final List<String> OWN =
      List.of(
          "app/account.js",
          "app/api.js",
          "app/broadcast.js",
          "app/chart.js",
          "app/chat-feed.js",
          "app/chat-line.js",
          "app/chat-panel.js",
          "app/dashboard.js",
          "app/edit-stream.js",
          "app/element.js",
          "app/embed.js",
          "app/event.js",
          "app/field.js",
          "app/going-live.js",
          "app/home.js",
          "app/icons.js",
          "app/live-stream.js",
          "app/new-stream.js",
          "app/obs-settings.js",
          "app/origin.js",
          "app/outer-relays.js",
          "app/overlay.js",
          "app/past-streams.js",
          "app/people.js",
          "app/person.js",
          "app/picture.js",
          "app/playback.js",
          "app/player.js",
          "app/profile.js",
          "app/relay.js",
          "app/screens.js",
          "app/signer.js",
          "app/site.js",
          "app/stream-watch.js",
          "app/strings.js",
          "app/text.js",
          "app/theme.js",
          "app/time.js",
          "app/watch.js",
          "icon.svg",
          "style/overlay.css",
          "style/page.css");

  /** A library's WebJar, and its files that are used. */
  private record Library(String webjar, List<String> files) {}

  private static final List<Library> LIBRARIES =
      List.of(
          new Library("lit", List.of("index.js")),
          new Library(
              "lit-html",
              List.of(
                  "lit-html.js",
                  "is-server.js",
                  "directive.js",
                  "directive-helpers.js",
                  "directives/repeat.js")),
          new Library("lit-element", List.of("lit-element.js")),
          new Library("lit__reactive-element", List.of("reactive-element.js", "css-tag.js")),
          new Library("hls.js", List.of("dist/hls.light.min.js")));

  /** How modules name what is not theirs. */
  private static final Map<String, String> IMPORTS =
      Map.of(
          "lit", "lib/lit/index.js",
          "lit-html", "lib/lit-html/lit-html.js",
          "lit-html/", "lib/lit-html/",
          "lit-element/", "lib/lit-element/",
          "@lit/reactive-element", "lib/lit__reactive-element/reactive-element.js",
          "hls.js", "lib/hls.js/dist/hls.light.min.js");

  private static final Pattern IMPORT =
      Pattern.compile("(?:from|import)\\s*[\"']([@.\\w/-]+)[\"']");

  private final Map<String, Asset> files;
  private final String version;

  private Assets(Map<String, Asset> files) {
    this.files = files;
    StringBuilder all = new StringBuilder();
    new TreeMap<>(files)
        .forEach((name, asset) -> all.append(name).append(Sha256.hex(asset.bytes())));
    this.version = Sha256.hex(all.toString()).substring(0, 12);
  }

  /** Reads them from the class path. */
  public static Assets load() {
    Map<String, Asset> files = new LinkedHashMap<>();
    for (String name : OWN) {
      files.put(name, read("/web/" + name));
    }
    for (Library library : LIBRARIES) {
      String folder = WEBJARS + library.webjar() + "/" + version(library.webjar()) + "/";
      for (String file : library.files()) {
        files.put("lib/" + library.webjar() + "/" + file, read(folder + file));
      }
    }
    return new Assets(files);
  }

  /** Changes whenever any of them does. */
  public String version() {
    return version;
  }

  /** A file by its name, for instance {@code app/home.js}. */
  public Optional<Asset> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /** All their names. */
  public Set<String> names() {
    return files.keySet();
  }

  /** The import map, with what stands before each name. */
  String importMap(String prefix) {
    StringBuilder json = new StringBuilder("{\"imports\":{");
    new TreeMap<>(IMPORTS)
        .forEach((name, file) ->
            json.append('"')
                .append(name)
                .append("\":\"")
                .append(prefix)
                .append(file)
                .append("\","));
    json.setLength(json.length() - 1);
    return json.append("}}").toString();
  }

  /** What a module needs before it can run, itself first: asked for at once, not one by one. */
  Set<String> modules(String entry) {
    Set<String> found = new LinkedHashSet<>();
    Deque<String> next = new ArrayDeque<>(List.of(entry));
    while (!next.isEmpty()) {
      String name = next.pop();
      if (!found.add(name)) {
        continue;
      }
      Asset asset = files.get(name);
      if (asset == null) {
        throw new IllegalStateException(name + " is imported, and is not there");
      }
      Matcher imports = IMPORT.matcher(new String(asset.bytes(), StandardCharsets.UTF_8));
      while (imports.find()) {
        next.add(resolve(name, imports.group(1)));
      }
    }
    return found;
  }

  private static String resolve(String from, String name) {
    if (name.startsWith(".")) {
      return URI.create(from).resolve(name).toString();
    }
    String exact = IMPORTS.get(name);
    if (exact != null) {
      return exact;
    }
    return IMPORTS.entrySet().stream()
        .filter(prefix -> prefix.getKey().endsWith("/") && name.startsWith(prefix.getKey()))
        .map(prefix -> prefix.getValue() + name.substring(prefix.getKey().length()))
        .findFirst()
        .orElse(name);
  }

  private static String version(String webjar) {
    Properties properties = new Properties();
    String name = "/META-INF/maven/org.webjars.npm/" + webjar + "/pom.properties";
    try (InputStream in = Assets.class.getResourceAsStream(name)) {
      properties.load(Objects.requireNonNull(in, name));
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Asset read(String resource) {
    try (InputStream in = Assets.class.getResourceAsStream(resource)) {
      byte[] bytes = Objects.requireNonNull(in, resource).readAllBytes();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(bytes);
      }
      return new Asset(mediaType(resource), bytes, packed.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String mediaType(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      default -> throw new IllegalArgumentException(name);
    };
  }
}
