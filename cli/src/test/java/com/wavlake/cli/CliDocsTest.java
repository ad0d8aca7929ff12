package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.cli.help.Reference;
import com.wavlake.cli.help.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * docs/cli.md is made of the commands; this is what makes it, when asked to, and holds it to them.
 */
final class CliDocsTest {
  private static final Path HAND_WRITTEN = Path.of("src/docs/cli.md");
  private static final Path PAGE = Path.of("../docs/cli.md");

  @Test
  void the_reference_says_what_the_commands_say() throws IOException {
    String page = Reference.fill(Files.readString(HAND_WRITTEN), Topic.of(Wlk.tree()));
    if (System.getProperty("wlk.docs.write") != null) {
      Files.writeString(PAGE, page);
    }

    assertThat(page).doesNotContain("<!-- commands -->").endsWith("\n");
    assertThat(Files.readString(PAGE))
        .as("docs/cli.md; mvn -pl cli test -Dtest=CliDocsTest -Dwlk.docs.write writes it anew")
        .isEqualTo(page);
  }
}
