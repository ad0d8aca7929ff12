package com.wavlake.cli.chat;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk chat}: reads a stream's chat, and writes to it. */
@Command(
    name = "chat",
    description = {
      "Read a stream's chat and write to it, in one window: the last 100 messages, then what comes;"
          + " a line to type on; the stream's state at the bottom. /help lists what can be done"
          + " there.",
      "Where stdout or stdin is no terminal it prints lines, with --json an object each: message,"
          + " zap, raid, clip, removed, stream."
    },
    subcommands = {
      ChatSend.class,
      ChatExport.class,
      ChatPin.class,
      ChatPin.Unpin.class,
      ChatMute.class,
      ChatReport.class,
      ChatRaid.class,
      ChatRulesCommand.class
    },
    footer = {
      "",
      "Example: wlk chat naddr1…",
      "Example: wlk chat --json | jq 'select(.type == \"zap\")'"
    })
public final class ChatCommand extends WlkCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, id of a stream of your own, or current (default).")
  String ref = "current";

  @Option(names = "--for", paramLabel = "SECONDS", description = "Stop after this time.")
  @Nullable Integer seconds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<Duration> howLong = Optional.ofNullable(seconds).map(Duration::ofSeconds);
    if (seconds != null && seconds < 1) {
      throw CliError.usage("--for: " + seconds + " is not at least 1", "");
    }
    EventAddress stream = workspace().address(ref);
    if (console().isJson() || !Terminals.isStdout() || !Terminals.isStdin()) {
      Optional<Signer> viewer = workspace().identities().signerAtHand();
      try (RelayPool relays = workspace().relays(stream.relays())) {
        ChatTail.run(console(), relays, stream, viewer, howLong, globals().timeout());
      } finally {
        viewer.ifPresent(Signer::close);
      }
      return ExitCode.OK;
    }
    Optional<Signer> viewer = viewer();
    try (RelayPool relays = workspace().relays(stream.relays())) {
      new ChatWindow(workspace(), console(), relays, stream, viewer, globals().timeout())
          .run(howLong);
    } finally {
      viewer.ifPresent(Signer::close);
    }
    return ExitCode.OK;
  }

  /** Who types; nobody without an identity, or when it is locked and nobody may be asked. */
  private Optional<Signer> viewer() {
    try {
      return Optional.of(workspace().signer());
    } catch (CliError e) {
      if (e.exit() == ExitCode.LOCKED) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
