package com.wavlake.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.profile.Preference;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code wlk config}: what a profile settles once. */
@Command(
    name = "config",
    description = "What this profile settles once: category, preset, player, obs.url.",
    subcommands = {ConfigCommand.Get.class, ConfigCommand.Set.class, ConfigCommand.PathOf.class},
    footer = {"", "Example: wlk config set player mpv"})
final class ConfigCommand extends Group {

  private static Preference preference(String key) {
    return Preference.of(key)
        .orElseThrow(() ->
            CliError.usage(
                "there is no setting '" + key + "'",
                "one of "
                    + Stream.of(Preference.values())
                        .map(Preference::key)
                        .collect(Collectors.joining(", "))));
  }

  @Command(
      name = "get",
      description = "Print one setting, or all of them.",
      footer = {"", "Example: wlk config get player"})
  static final class Get extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "KEY",
        completionCandidates = Keys.class,
        description = "Which; default: all.")
    @Nullable String key;

    @Override
    public Integer call() {
      if (key != null) {
        Optional<String> value = workspace().preference(preference(key));
        console().data(Console.object().put(key, value.orElse(null)), value.orElse(""));
        return value.isPresent() ? ExitCode.OK : ExitCode.FAILED;
      }
      ObjectNode json = Console.object();
      List.of(Preference.values())
          .forEach(p -> json.put(p.key(), workspace().preference(p).orElse(null)));
      console()
          .data(
              json,
              () -> {
                for (Preference p : Preference.values()) {
                  String value = workspace().preference(p).orElse("");
                  console().line(String.format("%-9s %-20s # %s", p.key(), value, p.about()));
                }
              });
      return ExitCode.OK;
    }
  }

  @Command(
      name = "set",
      description = "Set one; without VALUE: back to what holds without it.",
      footer = {"", "Example: wlk config set preset 1080p30", "Example: wlk config set preset"})
  static final class Set extends WlkCommand {
    @Parameters(
        index = "0",
        paramLabel = "KEY",
        completionCandidates = Keys.class,
        description = "As in 'wlk config get'.")
    String key = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "Its new value.")
    @Nullable String value;

    @Override
    public Integer call() {
      Preference preference = preference(key);
      if (value != null && !preference.accepts(value)) {
        throw CliError.usage(key + ": '" + value + "' will not do", preference.about());
      }
      workspace().prefer(preference, Optional.ofNullable(value));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "path",
      description = "Print the folder of this profile.",
      footer = {"", "Example: ls -l \"$(wlk config path)\""})
  static final class PathOf extends WlkCommand {
    @Override
    public Integer call() {
      String folder = workspace().directory().toString();
      console().data(Console.object().put("path", folder), folder);
      return ExitCode.OK;
    }
  }

  /** For shells that complete them. */
  private static final class Keys extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Keys() {
      for (Preference preference : Preference.values()) {
        add(preference.key());
      }
    }
  }
}
