package com.wavlake.cli.policy;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.ingest.moderation.ChatRules;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wlk relay-policy}: the rules of chat as a plugin of strfry. */
@Command(
    name = "relay-policy",
    description =
        "The rules of chat as a write-policy plugin of strfry: JSON lines in, a JSON line out for each.",
    footer = {
      "",
      "One message a second and 500 characters hold anyway. In strfry.conf:",
      "  relay { writePolicy { plugin = \"wlk relay-policy --host npub1… --slow-mode 5\" } }",
      "Example: wlk relay-policy --ban-file /etc/wlk/banned --pow 12 < requests.jsonl"
    })
public final class RelayPolicyCommand extends WlkCommand {
  private static final int MAX_LINE = 4 << 20;

  @Option(
      names = "--slow-mode",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "Between two messages of one author in a stream; up to 3600.")
  int slowModeSeconds;

  @Option(
      names = "--pow",
      paramLabel = "BITS",
      defaultValue = "0",
      description = "Work that a message has to prove (NIP-13); up to 32.")
  int powBits;

  @Option(
      names = "--ban",
      paramLabel = "NPUB",
      arity = "1..*",
      description = "Who may not write; repeatable.")
  List<String> bans = List.of();

  @Option(
      names = "--ban-file",
      paramLabel = "FILE",
      description = "The same, one a line, # for remarks; read again when it has changed.")
  @Nullable Path banFile;

  @Option(
      names = "--host",
      paramLabel = "NPUB",
      arity = "1..*",
      description = "Take the chat of this host's streams alone; repeatable.")
  List<String> hosts = List.of();

  @Option(names = "--chat-only", description = "Refuse all that is not chat.")
  boolean chatOnly;

  @Override
  public Integer call() throws IOException {
    RelayPolicy policy = new RelayPolicy(settings(), InstantSource.system());
    InputStream in = new BufferedInputStream(System.in, 1 << 16);
    for (Optional<String> line = line(in); line.isPresent(); line = line(in)) {
      if (line.get().isBlank()) {
        continue;
      }
      RelayPolicy.Answer answer = policy.answer(line.get());
      if (answer.id().isEmpty()) {
        console().warn("a line that names no event: " + answer.refusal().orElse(""));
        continue;
      }
      System.out.write((answer.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
      if (System.out.checkError()) { // which flushes
        break; // nobody reads the answers any more
      }
    }
    return ExitCode.OK;
  }

  private RelayPolicy.Settings settings() {
    long slowest = ChatRules.MAX_SLOW_MODE.toSeconds();
    if (slowModeSeconds < 0 || slowModeSeconds > slowest) {
      throw CliError.usage("--slow-mode: " + slowModeSeconds + " is not in 0 … " + slowest, "");
    }
    if (powBits < 0 || powBits > ChatRules.MAX_POW_BITS) {
      throw CliError.usage("--pow: " + powBits + " is not in 0 … " + ChatRules.MAX_POW_BITS, "");
    }
    return new RelayPolicy.Settings(
        Duration.ofSeconds(slowModeSeconds), powBits, banned(), keys("--host", hosts), chatOnly);
  }

  private Predicate<PublicKey> banned() {
    Set<PublicKey> named = keys("--ban", bans);
    Path path = banFile;
    if (path == null) {
      return named::contains;
    }
    try {
      BanFile file = BanFile.open(path, console()::warn);
      return who -> named.contains(who) || file.contains(who);
    } catch (IOException e) {
      throw CliError.usage("--ban-file " + path + ": cannot be read: " + e.getMessage(), "");
    }
  }

  private static Set<PublicKey> keys(String option, List<String> texts) {
    Set<PublicKey> keys = new HashSet<>();
    for (String text : texts) {
      try {
        keys.add(PublicKey.parse(text));
      } catch (InvalidEvent e) {
        throw CliError.usage(option + ": '" + text + "' is no npub", "");
      }
    }
    return keys;
  }

  /** The next line, without its end, cut where it is too long; empty when there is none. */
  private static Optional<String> line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 10);
    int read = in.read();
    if (read < 0) {
      return Optional.empty();
    }
    for (; read >= 0 && read != '\n'; read = in.read()) {
      if (line.size() < MAX_LINE) {
        line.write(read);
      }
    }
    return Optional.of(line.toString(StandardCharsets.UTF_8));
  }
}
