package com.wavlake.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Completion in zsh: a function for each command, so that options and arguments come explained. */
final class ZshScript {
  private static final String HEAD =
      """
      #compdef wlk
      # zsh completion of wlk. Put it into a folder of your fpath, and start a new shell:
      #   wlk completion zsh > "${fpath[1]}/_wlk"
      # or, for this shell alone:  source <(wlk completion zsh)

      # Options of every command wait for a letter where they would drown those of the command.
      _wlk_common() {
        common=(
      @common@
        )
        [[ $1 == own && $PREFIX == (-|--) ]] && common=(${common/#/!})
        return 0
      }

      # What stands behind -- is completed as if it were alone.
      _wlk_program() {
        local dashes=${words[(i)--]}
        (( dashes < CURRENT )) || return 1
        shift $dashes words
        (( CURRENT -= dashes ))
        _normal
      }
      """;

  private static final String FOOT =
      """

      if [ "${funcstack[1]}" = _wlk ]; then
        _wlk "$@"
      else
        compdef _wlk wlk
      fi
      """;

  private final StringBuilder out = new StringBuilder();

  private ZshScript() {}

  static String of(Topic root) {
    String common =
        root.common().stream()
            .flatMap(flag -> specs(flag).stream())
            .map(spec -> "    " + spec)
            .collect(Collectors.joining("\n"));
    ZshScript script = new ZshScript();
    script.out.append(HEAD.replace("@common@", common));
    root.all().forEach(script::function);
    return script.out.append(FOOT).toString();
  }

  private void function(Topic topic) {
    line("");
    line(name(topic) + "() {");
    line("  local curcontext=$curcontext state line ret=1");
    line("  local -a common below");
    line("  typeset -A opt_args");
    if (topic.startsProgram()) {
      line("  _wlk_program && return");
    }
    line("  _wlk_common" + (topic.flags().isEmpty() ? "" : " own"));
    List<String> specs = new ArrayList<>();
    topic.flags().forEach(flag -> specs.addAll(specs(flag)));
    if (topic.topics().isEmpty()) {
      specs.addAll(operands(topic));
      arguments(specs);
      line("  return ret");
    } else {
      specs.add("'1: :->first'");
      specs.add("'*:: :->rest'");
      arguments(specs);
      commands(topic, specs.subList(0, specs.size() - 2));
    }
    line("}");
  }

  private void commands(Topic topic, List<String> options) {
    line("  case $state in");
    line("    first)");
    line("      below=(");
    topic
        .topics()
        .forEach(t -> line("        " + quoted(t.name() + ":" + t.summary().replace(":", "\\:"))));
    line("      )");
    line("      _describe -t commands command below && ret=0");
    if (!topic.words().isEmpty()) {
      line("      compadd -- " + String.join(" ", topic.words()) + " && ret=0");
    }
    line("      ;;");
    line("    rest)");
    line("      case $words[1] in");
    topic.topics().forEach(t -> line("        " + t.name() + ") " + name(t) + " && ret=0 ;;"));
    if (topic.runs()) {
      line("        *) _arguments -S " + String.join(" ", options) + " $common && ret=0 ;;");
    }
    line("      esac");
    line("      ;;");
    line("  esac");
    line("  return ret");
  }

  private void arguments(List<String> specs) {
    line("  _arguments -C -S \\");
    specs.forEach(spec -> line("    " + spec + " \\"));
    line("    $common && ret=0");
  }

  private static List<String> operands(Topic topic) {
    List<String> specs = new ArrayList<>();
    int position = 1;
    for (Operand operand : topic.operands()) {
      String at = operand.repeatable() && !topic.startsProgram() ? "*" : String.valueOf(position++);
      specs.add(quoted(at + ":" + escaped(operand.name()) + ":" + action(operand.values())));
    }
    return specs;
  }

  /** One for each of its names, which shut each other out unless it may be repeated. */
  private static List<String> specs(Flag flag) {
    String others = flag.repeatable() ? "*" : "(" + String.join(" ", flag.names()) + ")";
    String value =
        flag.takesValue() ? ":" + escaped(flag.label()) + ":" + action(flag.values()) : "";
    return flag.names().stream()
        .map(name -> {
          String joined = flag.takesValue() && name.startsWith("--") ? "=" : "";
          String about = "[" + escaped(Topic.sentence(flag.description())) + "]";
          return quoted(others + name + joined + about + value);
        })
        .toList();
  }

  private static String action(Values values) {
    return switch (values) {
      case Values.Words(List<String> words) -> "(" + String.join(" ", words) + ")";
      case Values.Files _ -> "_files";
      case Values.Folders _ -> "_files -/";
      case Values.Programs _ -> "_command_names";
      case Values.Free _ -> " ";
    };
  }

  private static String name(Topic topic) {
    return "_" + topic.path().replace(' ', '_').replace('-', '_');
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
