package com.wavlake.ingest.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

final class AssetsTest {
  private static final int MOST_SCRIPT = 250_000;

  /** A module imports from floors below alone; docs/pages.md has the same. */
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("strings", "site", "event", "element", "picture", "playback", "theme"),
          List.of("time", "icons", "relay", "live-stream", "people", "text", "field"),
          List.of("signer", "person", "chat-feed", "chart", "screens", "player"),
          List.of("api", "origin", "outer-relays", "profile", "chat-line"),
          List.of(
              "broadcast",
              "stream-watch",
              "account",
              "chat-panel",
              "obs-settings",
              "past-streams",
              "edit-stream"),
          List.of("new-stream", "going-live", "home", "watch", "overlay", "embed"),
          List.of("dashboard"));

  private final Assets assets = Assets.load();

  private static Path folder() throws URISyntaxException {
    return Path.of(Objects.requireNonNull(AssetsTest.class.getResource("/web")).toURI());
  }

  private String text(String name) {
    return new String(assets.find(name).orElseThrow().bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void every_file_in_the_folder_is_served_and_no_other() throws Exception {
    Path folder = folder();
    try (Stream<Path> files = Files.walk(folder)) {
      List<String> names =
          files
              .filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString())
              .sorted()
              .toList();
      assertThat(Assets.OWN).containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void whatever_a_module_imports_is_there() {
    for (String name : assets.names()) {
      if (name.endsWith(".js")) {
        assertThat(assets.names()).as(name).containsAll(assets.modules(name));
      }
    }
    assertThat(assets.modules("app/watch.js"))
        .contains("lib/hls.js/dist/hls.light.min.js", "lib/lit-html/lit-html.js");
    assertThat(assets.modules("app/home.js"))
        .as("a page without a player")
        .noneMatch(name -> name.contains("hls"));
  }

  @Test
  void modules_import_from_the_floors_below() {
    Pattern imports = Pattern.compile("(?:from|import) '\\./([a-z-]+)\\.js'");
    Set<String> below = new TreeSet<>();
    for (List<String> floor : FLOORS) {
      for (String module : floor) {
        assertThat(imports.matcher(text("app/" + module + ".js")).results().map(m -> m.group(1)))
            .as(module)
            .isSubsetOf(below);
      }
      below.addAll(floor);
    }
    assertThat(Assets.OWN.stream().filter(name -> name.startsWith("app/")))
        .containsExactlyInAnyOrderElementsOf(
            below.stream().map(module -> "app/" + module + ".js").toList());
  }

  @Test
  void no_module_makes_html_out_of_text() {
    for (String name : Assets.OWN) {
      assertThat(text(name))
          .as(name)
          .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write")
          .doesNotContain("unsafeHTML", "unsafeSVG", "eval(", "new Function", " style=");
    }
  }

  @Test
  void all_scripts_together_are_light() {
    long bytes =
        assets.names().stream()
            .filter(name -> name.endsWith(".js"))
            .mapToLong(name -> assets.find(name).orElseThrow().gzip().length)
            .sum();
    assertThat(bytes).isBetween(50_000L, (long) MOST_SCRIPT);
  }

  @Test
  void what_is_compressed_unfolds_to_the_same() throws IOException {
    for (String name : assets.names()) {
      Asset asset = assets.find(name).orElseThrow();
      try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(asset.gzip()))) {
        assertThat(in.readAllBytes()).as(name).isEqualTo(asset.bytes());
      }
    }
  }

  @Test
  void every_word_that_is_used_is_defined_and_no_other() {
    Set<String> defined = new TreeSet<>();
    Pattern.compile("(?m)^  ([a-zA-Z]+):")
        .matcher(text("app/strings.js"))
        .results()
        .forEach(word -> defined.add(word.group(1)));
    Set<String> used = new TreeSet<>();
    for (String name : Assets.OWN) {
      if (name.endsWith(".js") && !name.equals("app/strings.js")) {
        Pattern.compile("(?<![.\\w])words\\.([a-zA-Z]+)")
            .matcher(text(name))
            .results()
            .forEach(word -> used.add(word.group(1)));
      }
    }
    assertThat(used).isEqualTo(defined);
  }
}
