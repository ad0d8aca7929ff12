package com.wavlake.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Completion in fish: one line for each thing that may come, behind the command it belongs to. */
final class FishScript {
  private static final String TEMPLATE =
      """
      # fish completion of wlk. Put it where fish looks for such scripts:
      #   wlk completion fish > ~/.config/fish/completions/wlk.fish
      # or, for this shell alone:  wlk completion fish | source

      set -g __wlk_commands @paths@
      set -g __wlk_with_value @values@

      # The command that is being typed; @ when it is that of an encoder.
      function __wlk_path
          set -l path
          set -l is_value no
          for word in (commandline -opc)[2..-1]
              if test $is_value = yes
                  set is_value no
              else if test "$word" = --
                  echo @
                  return
              else if string match -q -- '-*' $word
                  if contains -- "$path $word" $__wlk_with_value; or contains -- "* $word" $__wlk_with_value
                      set is_value yes
                  end
              else
                  set -l longer (string trim -- "$path $word")
                  if contains -- $longer $__wlk_commands
                      set path $longer
                  end
              end
          end
          echo "$path"
      end

      function __wlk_at
          test "at $(__wlk_path)" = "at $argv"
      end

      # Options of every command wait for a letter where they would drown those of the command.
      function __wlk_common
          set -l path "$(__wlk_path)"
          test "at $path" != 'at @'; or return 1
          contains -- "$(commandline -ct)" - --; or return 0
          not contains -- $path $argv
      end

      # What stands behind -- is completed as if it were alone.
      function __wlk_program
          set -l words (commandline -opc)
          set -l dashes (contains -i -- -- $words)
          set -l program (string escape -- $words[(math $dashes + 1)..-1])
          complete -C (string join ' ' -- $program (commandline -ct))
      end

      complete -c wlk -f
      complete -c wlk -n '__wlk_at @' -a '(__wlk_program)'
      @lines@
      """;

  private FishScript() {}

  static String of(Topic root) {
    List<String> lines = new ArrayList<>();
    String own =
        root.all()
            .filter(topic -> !topic.flags().isEmpty())
            .map(topic -> quoted(topic.below()))
            .collect(Collectors.joining(" "));
    root.common().forEach(flag -> lines.add(line("__wlk_common " + own, flag)));
    root.all().forEach(topic -> lines.addAll(lines(topic)));
    Stream<String> values =
        Stream.concat(
            root.common().stream().flatMap(flag -> named("*", flag)),
            root.all().flatMap(t -> t.flags().stream().flatMap(flag -> named(t.below(), flag))));
    return TEMPLATE
        .replace(
            "@paths@",
            root.all().skip(1).map(t -> quoted(t.below())).collect(Collectors.joining(" ")))
        .replace("@values@", values.collect(Collectors.joining(" ")))
        .replace("@lines@", String.join("\n", lines));
  }

  private static Stream<String> named(String path, Flag flag) {
    return flag.takesValue()
        ? flag.names().stream().map(name -> quoted(path + " " + name))
        : Stream.empty();
  }

  private static List<String> lines(Topic topic) {
    String at = "__wlk_at " + quoted(topic.below());
    List<String> lines = new ArrayList<>();
    topic
        .topics()
        .forEach(t -> lines.add(condition(at) + " -a " + t.name() + described(t.summary())));
    topic.flags().forEach(flag -> lines.add(line(at, flag)));
    for (Operand operand : topic.operands()) {
      String values = values(operand.values());
      if (!values.isEmpty()) {
        lines.add(condition(at) + values + described(Topic.sentence(operand.description())));
      }
    }
    return lines;
  }

  private static String line(String condition, Flag flag) {
    StringBuilder line = new StringBuilder(condition(condition));
    for (String name : flag.names()) {
      line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (flag.takesValue()) {
      line.append(flag.values() instanceof Values.Files ? " -r" : " -x")
          .append(values(flag.values()));
    }
    return line + described(Topic.sentence(flag.description()));
  }

  private static String condition(String condition) {
    return "complete -c wlk -n " + quoted(condition);
  }

  private static String values(Values values) {
    return switch (values) {
      case Values.Words(List<String> words) -> " -a " + quoted(String.join(" ", words));
      case Values.Files _ -> " -F";
      case Values.Folders _ -> " -a '(__fish_complete_directories)'";
      case Values.Programs _ -> " -a '(__fish_complete_command)'";
      case Values.Free _ -> "";
    };
  }

  private static String described(String text) {
    return " -d " + quoted(text);
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
