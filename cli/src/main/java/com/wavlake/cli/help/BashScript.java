package com.wavlake.cli.help;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Completion in bash: walks the words to find the command, then looks up what may come. bash 3.2,
 * as macOS has it, is enough.
 */
final class BashScript {
  private static final String TEMPLATE =
      """
      # bash completion of wlk. Put it where bash looks for such scripts:
      #   wlk completion bash > ~/.local/share/bash-completion/completions/wlk
      # or, for this shell alone:  source <(wlk completion bash)

      # What may be the value of an option; $1 is the command and the option.
      _wlk_value() {
        case $1 in
      @values@
          *) return 1 ;;
        esac
      }

      _wlk() {
        local cur=${COMP_WORDS[COMP_CWORD]} path= option= behind= word i
        local commands= own= arg=free: program= what
        for ((i = 1; i < COMP_CWORD; i++)); do
          word=${COMP_WORDS[i]}
          if [[ -n $option ]]; then # --color=auto comes as three words
            [[ $word == '=' ]] || option=
          elif [[ $word == -- ]]; then
            behind=$i
            break
          elif [[ $word == -* ]]; then
            _wlk_value "$path $word" >/dev/null && option=$word
          else
            case "${path:+$path }$word" in
              @paths@)
                path="${path:+$path }$word" ;;
            esac
          fi
        done
        case $path in
      @commands@
        esac
        [[ $cur == '=' ]] && cur=
        if [[ -n $option ]]; then
          what=$(_wlk_value "$path $option")
        elif [[ -n $behind && -n $program ]]; then
          [[ $behind -eq $((COMP_CWORD - 1)) ]] && what=command: || what=file:
        elif [[ -z $behind && -n $own && ($cur == - || $cur == --) ]]; then
          what="words:$own" # those of every command would drown them
        elif [[ -z $behind && $cur == -* ]]; then
          what="words:$own @common@"
        elif [[ -n $commands ]]; then
          what="words:$commands"
          [[ $arg == words:* ]] && what="$what ${arg#words:}"
        else
          what=$arg
        fi
        local IFS=$'\\n'
        case $what in
          words:*)
            what=${what#words:}
            COMPREPLY=($(compgen -W "${what// /$'\\n'}" -- "$cur")) ;;
          file: | directory:)
            compopt -o filenames 2>/dev/null
            COMPREPLY=($(compgen -A "${what%:}" -- "$cur")) ;;
          command:)
            COMPREPLY=($(compgen -A command -- "$cur")) ;;
          *)
            COMPREPLY=() ;;
        esac
      }

      complete -F _wlk wlk
      """;

  private BashScript() {}

  static String of(Topic root) {
    List<Topic> below = root.all().skip(1).toList();
    Stream<String> values =
        Stream.concat(
            root.common().stream().filter(Flag::takesValue).map(flag -> value("*'", flag)),
            root.all()
                .flatMap(topic ->
                    topic.flags().stream()
                        .filter(Flag::takesValue)
                        .map(flag -> value("'" + topic.below(), flag))));
    return TEMPLATE
        .replace("@values@", values.collect(Collectors.joining("\n")))
        .replace(
            "@paths@",
            below.stream().map(t -> "'" + t.below() + "'").collect(Collectors.joining(" | ")))
        .replace("@commands@", root.all().map(BashScript::row).collect(Collectors.joining("\n")))
        .replace("@common@", names(root.common()));
  }

  private static String value(String path, Flag flag) {
    String patterns =
        flag.names().stream().map(n -> path + " " + n + "'").collect(Collectors.joining(" | "));
    return "    " + patterns + ") echo '" + kind(flag.values()) + "' ;;";
  }

  private static String row(Topic topic) {
    String commands = topic.topics().stream().map(Topic::name).collect(Collectors.joining(" "));
    String arg =
        topic.words().isEmpty()
            ? topic.operands().stream().findFirst().map(o -> kind(o.values())).orElse("free:")
            : "words:" + String.join(" ", topic.words());
    return "    '%s') commands='%s' own='%s' arg='%s' program=%s ;;"
        .formatted(
            topic.below(), commands, names(topic.flags()), arg, topic.startsProgram() ? "yes" : "");
  }

  private static String names(List<Flag> flags) {
    return flags.stream().flatMap(flag -> flag.names().stream()).collect(Collectors.joining(" "));
  }

  private static String kind(Values values) {
    return switch (values) {
      case Values.Words(List<String> words) -> "words:" + String.join(" ", words);
      case Values.Files _ -> "file:";
      case Values.Folders _ -> "directory:";
      case Values.Programs _ -> "command:";
      case Values.Free _ -> "free:";
    };
  }
}
