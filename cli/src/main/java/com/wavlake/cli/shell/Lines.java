package com.wavlake.cli.shell;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of a length that can be kept, counted from 1; blank ones are passed over. */
public final class Lines {
  /** The longest line that is read, in bytes. */
  public static final int MAX_BYTES = 1 << 20;

  private final InputStream in;
  private int number;

  public Lines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /** Which line {@link #next} gave. */
  public int number() {
    return number;
  }

  /**
   * The next line that says something, without its end; empty when there is none.
   *
   * @throws CliError naming a line that is too long
   */
  public Optional<String> next() throws IOException {
    while (true) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 10);
      int read = in.read();
      if (read < 0) {
        return Optional.empty();
      }
      number++;
      for (; read >= 0 && read != '\n'; read = in.read()) {
        if (line.size() == MAX_BYTES) {
          throw new CliError("invalid", "line " + number + ": over " + MAX_BYTES + " bytes", "");
        }
        line.write(read);
      }
      String text = line.toString(StandardCharsets.UTF_8);
      if (!text.isBlank()) {
        return Optional.of(text);
      }
    }
  }
}
