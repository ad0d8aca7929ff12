package com.wavlake.cli.help;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.ArgSpec;

/** What may stand for a value, as far as a shell can offer it. */
public sealed interface Values {
  /** One of these words. */
  record Words(List<String> words) implements Values {}

  /** A file of this machine. */
  record Files() implements Values {}

  /** A folder of this machine. */
  record Folders() implements Values {}

  /** A command of this machine, with its arguments. */
  record Programs() implements Values {}

  /** Something nobody can guess. */
  record Free() implements Values {}

  /** Read off an option or an argument. */
  static Values of(ArgSpec arg, List<String> commands) {
    Iterable<String> candidates = arg.completionCandidates();
    if (candidates != null) {
      List<String> words = new ArrayList<>();
      candidates.forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
      return new Words(List.copyOf(words));
    }
    String label = arg.paramLabel();
    List<String> parts = List.of(label.split("[^A-Z]+", -1));
    if (parts.contains("REF")) {
      return new Words(List.of("current"));
    } else if (parts.contains("COMMAND")) {
      return new Words(commands);
    } else if (parts.contains("DIR")) {
      return new Folders();
    } else if (parts.contains("FILE") || arg.type() == Path.class || arg.type() == File.class) {
      return new Files();
    }
    return parts.contains("CMD") ? new Programs() : new Free();
  }
}
