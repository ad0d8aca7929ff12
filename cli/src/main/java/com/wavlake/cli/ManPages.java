package com.wavlake.cli;

import com.wavlake.cli.help.ManPage;
import com.wavlake.cli.help.Topic;
import com.wavlake.ingest.IngestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Writes a manual page for each command, when a distribution is made. With {@code
 * SOURCE_DATE_EPOCH} set, the same commands make the same pages at any time.
 */
public final class ManPages {
  private ManPages() {}

  /** Takes the folder, which is made if need be. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 1) {
      System.err.println("usage: java -cp 'lib/*' com.wavlake.cli.ManPages DIR");
      System.exit(2);
    }
    write(Path.of(arguments[0]));
  }

  static void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Topic root = Topic.of(Wlk.tree());
    LocalDate date = date();
    for (Topic topic : root.all().toList()) {
      Files.writeString(
          directory.resolve(ManPage.fileName(topic)),
          ManPage.of(topic, root, IngestServer.version(), date));
    }
  }

  private static LocalDate date() {
    String epoch = System.getenv("SOURCE_DATE_EPOCH");
    Instant now = epoch == null ? Instant.now() : Instant.ofEpochSecond(Long.parseLong(epoch));
    return LocalDate.ofInstant(now, ZoneOffset.UTC);
  }
}
