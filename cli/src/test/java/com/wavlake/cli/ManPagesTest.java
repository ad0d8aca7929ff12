package com.wavlake.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.wavlake.cli.help.ManPage;
import com.wavlake.cli.help.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual pages, read by what reads manual pages. */
final class ManPagesTest {
  @TempDir static Path directory;

  @BeforeAll
  static void write() throws IOException {
    ManPages.write(directory);
  }

  @Test
  void every_command_has_a_page() throws IOException {
    Set<String> expected =
        Topic.of(Wlk.tree()).all().map(ManPage::fileName).collect(Collectors.toSet());

    assertThat(pages().stream().map(page -> page.getFileName().toString()))
        .containsExactlyInAnyOrderElementsOf(expected)
        .contains("wlk.1", "wlk-stream-create.1");
  }

  @Test
  void a_page_has_what_a_reader_looks_for() throws IOException {
    assertThat(Files.readString(directory.resolve("wlk.1")))
        .containsSubsequence(
            ".SH NAME",
            ".SH SYNOPSIS",
            ".SH DESCRIPTION",
            ".SH COMMANDS",
            ".SH OPTIONS",
            ".SH \"ENVIRONMENT\"",
            ".SH \"EXIT STATUS\"",
            ".SH \"FILES\"",
            ".SH EXAMPLES",
            ".SH \"SEE ALSO\"");
    assertThat(Files.readString(directory.resolve("wlk-stream-create.1")))
        .contains("\\fB\\-\\-title\\fR \\fITEXT\\fR", ".BR wlk\\-stream \"(1),\"");
  }

  @Test
  void no_line_of_ours_is_taken_for_an_order() throws IOException {
    for (Path page : pages()) {
      assertThat(Files.readAllLines(page).stream().filter(line -> line.startsWith(".")))
          .allMatch(line -> line.matches("\\.(TH|SH|SS|TP|PP|BR|br|nf|fi)( .*)?"));
      assertThat(Files.readString(page)).doesNotContain("\n'");
    }
  }

  @Test
  void groff_has_no_complaints() throws Exception {
    assumeTrue(runs("groff", "--version"), "groff is not installed: pages were not formatted");
    assertThat(complaints("groff", "-man", "-K", "utf8", "-Tutf8", "-ww", "-z")).isEmpty();
  }

  @Test
  void mandoc_has_no_complaints() throws Exception {
    assumeTrue(runs("mandoc", "/dev/null"), "mandoc is not installed: pages were not checked");
    assertThat(complaints("mandoc", "-Tlint", "-Wwarning")).isEmpty();
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> pages = Files.list(directory)) {
      return pages.sorted().toList();
    }
  }

  private static String complaints(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    pages().forEach(page -> all.add(page.toString()));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
