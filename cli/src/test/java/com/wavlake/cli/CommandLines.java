package com.wavlake.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines as they are typed into a shell, as far as examples go: quotes, pipes, redirections. */
final class CommandLines {
  private static final Pattern INNER = Pattern.compile("\\$\\((wlk [^)]*)\\)");
  private static final Pattern WORD =
      Pattern.compile("(?:\"[^\"]*\"|'[^']*'|[^\\s\"'|;&<>])+|\\|\\|?|&&|[;&<>]");

  private CommandLines() {}

  /** The arguments of each wlk in a line. */
  static List<List<String>> of(String line) {
    List<List<String>> found = new ArrayList<>();
    Matcher inner = INNER.matcher(line);
    while (inner.find()) {
      found.addAll(of(inner.group(1)));
    }
    List<String> command = new ArrayList<>();
    boolean isFile = false;
    Matcher words = WORD.matcher(line);
    while (words.find()) {
      String word = words.group();
      if (word.matches("\\|\\|?|&&|[;&]")) {
        keep(command, found);
        command = new ArrayList<>();
      } else if (word.matches("[<>]") || isFile) {
        isFile = !isFile;
      } else {
        command.add(word.replaceAll("[\"']", ""));
      }
    }
    keep(command, found);
    return found;
  }

  /** Variables may stand before it. */
  private static void keep(List<String> command, List<List<String>> found) {
    int first = 0;
    while (first < command.size() && command.get(first).matches("[A-Z_]+=.*")) {
      first++;
    }
    if (first < command.size() && command.get(first).equals("wlk")) {
      found.add(List.copyOf(command.subList(first + 1, command.size())));
    }
  }
}
