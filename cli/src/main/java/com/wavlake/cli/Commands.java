package com.wavlake.cli;

import com.wavlake.cli.chat.ChatCommand;
import com.wavlake.cli.check.DoctorCommand;
import com.wavlake.cli.check.SmokeCommand;
import com.wavlake.cli.event.EventCommand;
import com.wavlake.cli.event.ProofCommand;
import com.wavlake.cli.find.DiscoverCommand;
import com.wavlake.cli.find.WatchCommand;
import com.wavlake.cli.identity.IdentityCommand;
import com.wavlake.cli.live.LiveCommand;
import com.wavlake.cli.obs.ObsCommand;
import com.wavlake.cli.policy.RelayPolicyCommand;
import com.wavlake.cli.provider.ProviderCommand;
import com.wavlake.cli.provider.RelayCommand;
import com.wavlake.cli.serve.DemoCommand;
import com.wavlake.cli.serve.ServeCommand;
import com.wavlake.cli.stream.EndCommand;
import com.wavlake.cli.stream.StatusCommand;
import com.wavlake.cli.stream.StreamCommand;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;

/**
 * The commands below wlk. picocli learns a command by reflection, and to learn all of them takes
 * longer than to run one: it is told of those that the command line names, and of all when the
 * first word is none of them.
 */
final class Commands {
  private static final Map<String, Class<?>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("init", InitCommand.class);
    ALL.put("identity", IdentityCommand.class);
    ALL.put("provider", ProviderCommand.class);
    ALL.put("relay", RelayCommand.class);
    ALL.put("stream", StreamCommand.class);
    ALL.put("obs", ObsCommand.class);
    ALL.put("live", LiveCommand.class);
    ALL.put("status", StatusCommand.class);
    ALL.put("end", EndCommand.class);
    ALL.put("chat", ChatCommand.class);
    ALL.put("discover", DiscoverCommand.class);
    ALL.put("watch", WatchCommand.class);
    ALL.put("event", EventCommand.class);
    ALL.put("proof", ProofCommand.class);
    ALL.put("serve", ServeCommand.class);
    ALL.put("demo", DemoCommand.class);
    ALL.put("smoke", SmokeCommand.class);
    ALL.put("doctor", DoctorCommand.class);
    ALL.put("relay-policy", RelayPolicyCommand.class);
    ALL.put("config", ConfigCommand.class);
    ALL.put("completion", CompletionCommand.class);
    ALL.put("help", HelpCommand.class);
    ALL.put("version", VersionCommand.class);
  }

  private Commands() {}

  /** Adds what the arguments need; without arguments, all. */
  static void addTo(CommandLine root, String... arguments) {
    List<String> words = List.of(arguments);
    Optional<String> first = words.stream().filter(word -> !word.startsWith("-")).findFirst();
    boolean isCommand = first.filter(ALL::containsKey).isPresent();
    ALL.forEach((name, command) -> {
      if (!isCommand || words.contains(name)) { // more than the first: it may be an option's value
        root.addSubcommand(name, pruned(new CommandLine(command), words));
      }
    });
  }

  /** Of a group the commands that are named, or all: each takes on the options of every command. */
  private static CommandLine pruned(CommandLine group, List<String> words) {
    Set<String> inside = group.getSubcommands().keySet();
    if (!Collections.disjoint(inside, words)) {
      inside.stream()
          .filter(name -> !words.contains(name))
          .toList()
          .forEach(group.getCommandSpec()::removeSubcommand);
    }
    return group;
  }
}
