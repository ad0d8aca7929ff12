package com.wavlake.cli.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.ChatRules;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk chat rules}: what the provider's relay holds people to. */
@Command(
    name = "rules",
    description =
        "Print or change the rules of a stream's chat at the provider's relay. For the host alone.",
    footer = {"", "Example: wlk chat rules --slow 5 --ban npub1…"})
final class ChatRulesCommand extends WlkCommand {
  @Parameters(arity = "0..1", paramLabel = "REF", description = "Stream, default: the current one.")
  String ref = "current";

  @Option(
      names = "--slow",
      paramLabel = "SECONDS",
      description = "Time between two messages of one person, up to 6 hours; 0: off.")
  @Nullable Integer slow;

  @Option(
      names = "--pow",
      paramLabel = "BITS",
      description = "Work that a message has to prove (NIP-13), 0 to 32.")
  @Nullable Integer pow;

  @Option(names = "--ban", paramLabel = "NPUB", description = "Who may not write; repeatable.")
  List<String> bans = List.of();

  @Option(names = "--unban", paramLabel = "NPUB", description = "Who may again; repeatable.")
  List<String> unbans = List.of();

  @Override
  public Integer call() {
    if (slow != null && (slow < 0 || slow > SlashCommands.MAX_SLOW_SECONDS)) {
      throw CliError.usage("--slow: " + slow + " is not in 0 … 21600", "");
    }
    if (pow != null && (pow < 0 || pow > 32)) {
      throw CliError.usage("--pow: " + pow + " is not in 0 … 32", "");
    }
    List<PublicKey> banned = keys("--ban", bans);
    List<PublicKey> unbanned = keys("--unban", unbans);
    String id = workspace().streamId(ref);
    try (Signer signer = workspace().signer();
        ManagementClient client = workspace().client(signer)) {
      ChatRules before = client.moderation(id);
      ChatRules wanted = changed(before, banned, unbanned);
      print(wanted.equals(before) ? before : client.moderate(id, wanted));
    }
    return ExitCode.OK;
  }

  private ChatRules changed(ChatRules before, List<PublicKey> banned, List<PublicKey> unbanned) {
    ChatRules rules = before;
    if (slow != null) {
      rules = rules.slowMode(Duration.ofSeconds(slow));
    }
    if (pow != null) {
      rules = rules.powBits(pow);
    }
    for (PublicKey who : banned) {
      rules = rules.ban(who);
    }
    for (PublicKey who : unbanned) {
      rules = rules.unban(who);
    }
    return rules;
  }

  private static List<PublicKey> keys(String option, List<String> written) {
    try {
      return written.stream().map(PublicKey::parse).toList();
    } catch (InvalidEvent e) {
      throw CliError.usage(option + ": " + e.getMessage(), "an npub1…, or 64 hex digits");
    }
  }

  private void print(ChatRules rules) {
    ObjectNode json =
        Console.object()
            .put("slow_mode_seconds", rules.slowMode().toSeconds())
            .put("pow_bits", rules.powBits());
    ArrayNode bans = json.putArray("bans");
    rules
        .bans()
        .forEach((who, until) ->
            bans.addObject()
                .put("pubkey", who.hex())
                .put("until", until.map(Instant::getEpochSecond).orElse(null)));
    console()
        .data(
            json,
            () -> {
              console().line("slow mode  " + rules.slowMode().toSeconds() + " s");
              console().line("work       " + rules.powBits() + " bits");
              rules
                  .bans()
                  .forEach((who, until) ->
                      console()
                          .line(
                              "banned     "
                                  + who.npub()
                                  + until.map(end -> "  until " + end).orElse("")));
            });
  }
}
