package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The quick starts are short, and wlk understands what they say. */
final class QuickStartsTest {
  static Stream<Path> pages() throws IOException {
    try (Stream<Path> pages = Files.list(Path.of("../docs/quickstart"))) {
      return pages.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void a_page_is_short_and_its_commands_are_understood(Path page) throws IOException {
    List<String> shell = shell(Files.readAllLines(page));

    assertThat(Files.readAllLines(page)).hasSizeLessThanOrEqualTo(60);
    assertThat(
            shell.stream().flatMap(line -> CommandLines.of(line.replace("./wlk", "wlk")).stream()))
        .allSatisfy(arguments ->
            assertThatCode(() -> Wlk.tree().parseArgs(arguments.toArray(String[]::new)))
                .as("%s in %s", arguments, page)
                .doesNotThrowAnyException());
  }

  private static List<String> shell(List<String> page) {
    List<String> lines = new ArrayList<>();
    boolean isShell = false;
    for (String line : page) {
      if (line.startsWith("```")) {
        isShell = line.equals("```sh");
      } else if (isShell) {
        lines.add(line);
      }
    }
    return lines;
  }
}
