package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code wlk relay-policy} as strfry runs it: another process, lines in and out. */
@Timeout(120)
final class RelayPolicyIT {
  private static final int LINES = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private static String line(Event event, long at) {
    return "{\"type\":\"new\",\"event\":"
        + event.toJson()
        + ",\"receivedAt\":"
        + at
        + ",\"sourceType\":\"IP4\",\"sourceInfo\":\"127.0.0.1\"}\n";
  }

  @Test
  void ten_thousand_lines_get_their_answers_in_order_without_any_configuration() throws Exception {
    KeySigner host = KeySigner.of(SecretKey.generate());
    KeySigner troll = KeySigner.of(SecretKey.generate());
    KeySigner guest = KeySigner.of(SecretKey.generate());
    EventAddress at = new EventAddress(Kind.LIVE_STREAM, host.publicKey(), "s", List.of());
    StringBuilder in = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      KeySigner author = i % 3 == 0 ? troll : guest;
      long second = 1_700_000_000L + i / 3; // each second the troll once and the guest twice
      Event event =
          author.sign(ChatMessage.to(at).text("line " + i, Instant.ofEpochSecond(second)));
      in.append(line(event, second));
      expected.add(event.id().hex() + (i % 3 == 1 ? " accept" : " reject"));
    }
    in.insert(0, "not JSON\n\n");
    WlkProcess.Result result =
        new WlkProcess(directory)
            .runWith(
                in.toString(),
                "relay-policy",
                "--host",
                host.publicKey().npub(),
                "--ban",
                troll.publicKey().npub());
    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.err()).startsWith("warning: a line that names no event").hasLineCount(1);
    List<String> answers = new ArrayList<>();
    for (String answer : result.out().lines().toList()) {
      var json = JSON.readTree(answer);
      answers.add(json.path("id").asText() + " " + json.path("action").asText());
    }
    assertThat(answers).isEqualTo(expected);
    assertThat(Files.exists(directory.resolve("config"))).isFalse();
  }

  @Test
  void a_line_without_end_is_cut_and_refused_and_the_next_one_read() throws Exception {
    KeySigner guest = KeySigner.of(SecretKey.generate());
    EventAddress at = new EventAddress(Kind.LIVE_STREAM, guest.publicKey(), "s", List.of());
    Event said = guest.sign(ChatMessage.to(at).text("hello", Instant.ofEpochSecond(1_700_000_000)));
    String right = line(said, 1_700_000_000);
    String endless =
        "{\"event\":{\"id\":\"" + "a".repeat(64) + "\",\"content\":\"" + "x".repeat(9 << 20);
    WlkProcess.Result result =
        new WlkProcess(directory).runWith(endless + "\n" + right.strip(), "relay-policy");
    assertThat(result.exit()).as(result.err()).isZero();
    List<String> answers = result.out().lines().toList();
    assertThat(answers).hasSize(2);
    assertThat(answers.getFirst()).contains("a".repeat(64), "\"reject\"");
    assertThat(answers.getLast()).contains(said.id().hex(), "\"accept\"");
  }

  @Test
  void wrong_options_are_told_at_once() throws Exception {
    WlkProcess wlk = new WlkProcess(directory);
    assertThat(wlk.run("relay-policy", "--slow-mode", "99999").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(wlk.run("relay-policy", "--pow", "33").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(wlk.run("relay-policy", "--host", "alice").err()).contains("'alice' is no npub");
    assertThat(wlk.run("relay-policy", "--ban-file", "nowhere").err()).contains("nowhere");
  }
}
