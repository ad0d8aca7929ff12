package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a short command begins and ends. */
final class StartUpIT {
  private static final String KEY = "7".repeat(64);

  @TempDir Path directory;

  @Test
  void nothing_is_left_in_the_folder_for_temporary_files() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    WlkProcess.Result signed =
        new WlkProcess(directory)
            .with("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary)
            .with("NOSTR_SECRET_KEY", KEY)
            .runWith("{\"kind\":1,\"content\":\"hello\"}", "event", "sign");
    assertThat(signed.exit()).isZero();
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void the_version_is_the_same_with_picocli_and_without() throws Exception {
    WlkProcess wlk = new WlkProcess(directory);
    assertThat(wlk.run("version").out()).isEqualTo(wlk.run("version", "-q").out());
  }
}
