package com.wavlake.cli.shell;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Texts of strangers, made fit for a line of a terminal. */
public final class Strangers {
  /** The longest name that is shown, in code points. */
  public static final int MAX_NAME = 24;

  /** So many accents may stand on one letter; more of them paint over the lines around. */
  private static final Pattern PILE = Pattern.compile("(\\p{M}{2})\\p{M}+");

  /** Letters that look like nothing, and the marks that are ours to give. */
  private static final Pattern NOT_IN_NAMES =
      Pattern.compile("[\\u115f\\u1160\\u2800\\u3164\\uffa0★»▏]");

  private static final Pattern SPACES = Pattern.compile("\\s+");

  private Strangers() {}

  /** On one line, without anything that a terminal obeys or that turns the direction of text. */
  public static String text(String written) {
    StringBuilder out = new StringBuilder(written.length());
    Console.plain(written)
        .codePoints()
        .map(c ->
            switch (Character.getType(c)) {
              case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
              case Character.SURROGATE, Character.UNASSIGNED -> 0xfffd;
              default -> c;
            })
        .forEach(out::appendCodePoint);
    return PILE.matcher(out).replaceAll("$1");
  }

  /**
   * The same for a name, short and with something to see; empty when nothing is left. The quotation
   * mark that commands put around names is in none.
   */
  public static Optional<String> name(String written) {
    String clean =
        SPACES
            .matcher(NOT_IN_NAMES.matcher(text(written)).replaceAll(" "))
            .replaceAll(" ")
            .strip()
            .replace('"', '\'')
            .replace("\u200d", ""); // a joiner without neighbours to join shows nothing
    if (clean.codePointCount(0, clean.length()) > MAX_NAME) {
      clean = clean.substring(0, clean.offsetByCodePoints(0, MAX_NAME - 1)).strip() + "…";
    }
    return Optional.of(clean).filter(name -> !name.isEmpty());
  }

  /** What two names have in common that look the same at a glance. */
  public static String folded(String name) {
    String folded = Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    return folded.replaceAll("[^\\p{L}\\p{N}]", "");
  }
}
