package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Setting up: identities, init, config; and what is said of streams. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class IdentityIT extends WlkTest {
  private static final String NSEC =
      "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
  private static final String NPUB =
      "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg";

  @Test
  void a_profile_has_several_identities_and_one_in_use() throws Exception {
    assertThat(wlk.run("identity", "new", "alice", "--plain-text").exit()).isZero();
    String alice = wlk.run("identity", "show").out().strip();
    WlkProcess.Result bob =
        wlk.runWith(NSEC + "\n", "identity", "import", "--name", "bob", "--plain-text");
    assertThat(bob.out().strip()).as(bob.err()).isEqualTo(NPUB);
    assertThat(wlk.run("identity", "show").out().strip()).isEqualTo(NPUB);
    assertThat(wlk.run("identity", "list").out()).contains("  " + alice, "* " + NPUB);
    refused(
        wlk.run("identity", "new", "bob", "--plain-text"), 1, "identity_exists", "another name");
    refused(wlk.run("identity", "new", "b b", "--plain-text"), 2, "usage", "");
    refused(wlk.run("identity", "new", "--plain-text", "--keyring"), 2, "usage", "");

    assertThat(wlk.run("identity", "use", "alice").exit()).isZero();
    assertThat(wlk.runWith("{\"kind\":1}", "event", "sign").out()).contains(hexOf(alice));
    refused(wlk.run("identity", "use", "carol"), 4, "no_identity", "wlk identity list");
    refused(wlk.run("identity", "remove", "bob", "--no-input"), 2, "usage", "-y");
    assertThat(wlk.run("identity", "remove", "bob", "-y").exit()).isZero();
    assertThat(wlk.run("identity", "list").out()).doesNotContain(NPUB);
  }

  private static String hexOf(String npub) {
    return PublicKey.parse(npub).hex();
  }

  @Test
  void a_key_leaves_under_a_passphrase_or_by_its_name() throws Exception {
    wlk.with("WLK_PASSPHRASE", PASSPHRASE);
    assertThat(wlk.runWith(NSEC + "\n", "identity", "import").exit()).isZero();
    String exported = wlk.run("identity", "export").out().strip();
    assertThat(exported).startsWith("ncryptsec1");
    assertThat(SecretKey.decrypt(exported, PASSPHRASE.toCharArray()).publicKey().npub())
        .isEqualTo(NPUB);
    assertThat(wlk.run("identity", "export", "--reveal").out().strip()).isEqualTo(NSEC);
  }

  @Test
  void the_operating_systems_keyring_keeps_a_key_and_is_not_waited_for_long() throws Exception {
    Path tool =
        secretTool(
            "#!/bin/sh\ncase $1 in store) cat > \"$HOME/ring\" ;; lookup) cat \"$HOME/ring\" ;; clear) rm \"$HOME/ring\" ;; esac\n");
    wlk.with("PATH", tool.getParent() + ":" + System.getenv("PATH"));
    WlkProcess.Result made = wlk.run("identity", "new", "alice", "--keyring", "--json");
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(lastLine(made).path("kept").asText()).isEqualTo("keyring");
    assertThat(Files.readString(directory.resolve("ring"))).startsWith("nsec1");
    assertThat(Files.readString(directory.resolve("config/profiles/default/identity.json")))
        .doesNotContain("nsec1");
    assertThat(wlk.runWith("{\"kind\":1}", "event", "sign").exit()).isZero();

    secretTool("#!/bin/sh\nexec sleep 60\n");
    long before = System.nanoTime();
    refused(wlk.runWith("{\"kind\":1}", "event", "sign"), 4, "keyring", "");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
  }

  private Path secretTool(String script) throws IOException {
    Path tool = directory.resolve("bin/secret-tool");
    Files.createDirectories(tool.getParent());
    Files.writeString(tool, script);
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    return tool;
  }

  @Test
  void init_goes_from_nothing_to_ready_without_asking() throws Exception {
    WlkProcess.Result init =
        wlk.run(
            "init",
            "--provider",
            server.httpUrl(),
            "--new-identity",
            "ci",
            "--plain-text",
            "--relay",
            "ws://127.0.0.1:9",
            "--json");
    assertThat(init.exit()).as(init.err()).isZero();
    JsonNode ready = lastLine(init);
    assertThat(ready.path("npub").asText()).startsWith("npub1");
    assertThat(ready.path("relays")).hasSize(2);
    assertThat(init.out().lines()).hasSize(1);
    String npub = ready.path("npub").asText();
    WlkProcess.Result again =
        wlk.run("init", "--new-identity", "ci", "--plain-text", "--no-input", "--json");
    assertThat(lastLine(again).path("npub").asText())
        .as("said again, as scripts do")
        .isEqualTo(npub);
    WlkProcess empty = new WlkProcess(Files.createDirectory(directory.resolve("other")));
    refused(empty.run("init", "--no-input"), 2, "usage", "--new-identity");
    refused(
        empty.run("init", "--no-input", "--new-identity", "x", "--plain-text"),
        2,
        "usage",
        "--provider");
  }

  @Test
  void init_asks_a_person_on_a_terminal() throws Exception {
    assumeTrue(Terminal.isThere(), "tmux is not installed");
    try (Terminal terminal = Terminal.open(directory, wlk)) {
      terminal.type("init --plain-text");
      terminal.awaitText("Identity:");
      terminal.enter("new");
      terminal.awaitText("Ingest server");
      terminal.enter(server.httpUrl());
      terminal.awaitText("More relays");
      terminal.enter("");
      terminal.awaitText("ready");
    }
    assertThat(wlk.run("provider", "list").out()).contains("* " + server.httpUrl());
  }

  @Test
  void a_profile_settles_things_once() throws Exception {
    assertThat(wlk.run("config", "set", "preset", "1080p60").exit()).isZero();
    assertThat(wlk.run("config", "get", "preset").out().strip()).isEqualTo("1080p60");
    refused(wlk.run("config", "set", "preset", "8k"), 2, "usage", "1080p60");
    refused(wlk.run("config", "set", "colour", "red"), 2, "usage", "preset");
    assertThat(wlk.run("config", "set", "preset").exit()).isZero();
    assertThat(wlk.run("config", "get", "preset").exit()).isEqualTo(1);
    assertThat(wlk.run("config", "path").out().strip())
        .isEqualTo(directory.resolve("config/profiles/default").toString());
    ready();
    assertThat(wlk.run("config", "set", "preset", "1080p60").exit()).isZero();
    assertThat(wlk.run("config", "set", "category", "music").exit()).isZero();
    assertThat(wlk.run("stream", "create", "--title", "t", "--no-publish").exit()).isZero();
    assertThat(lastLine(wlk.run("stream", "show", "--json")).path("category").asText())
        .isEqualTo("music");
    assertThat(lastLine(wlk.run("obs", "show", "--json")).path("preset").asText())
        .isEqualTo("1080p60");
  }

  @Test
  void a_stream_has_a_goal_and_a_warning_is_edited_and_deleted() throws Exception {
    ready();
    WlkProcess.Result created =
        wlk.run(
            "stream",
            "create",
            "--title",
            "Goal",
            "--goal",
            "5000",
            "--content-warning",
            "nsfw",
            "--starts",
            "2099-01-01T20:00",
            "--json");
    assertThat(created.exit()).as(created.err()).isZero();
    String naddr = lastLine(created).path("naddr").asText();
    LiveStream planned = onRelay(naddr);
    assertThat(planned.contentWarning()).contains("nsfw");
    assertThat(planned.goal()).isPresent();
    WlkProcess.Result goal = wlk.run("event", "show", planned.goal().orElseThrow().hex(), "--json");
    assertThat(lastLine(goal).path("tags").toString()).contains("[\"amount\",\"5000000\"]");

    assertThat(wlk.run("stream", "edit", "--content-warning", "", "--summary", "New").exit())
        .isZero();
    LiveStream edited = onRelay(naddr);
    assertThat(edited.contentWarning()).isEmpty();
    assertThat(edited.summary()).contains("New");
    assertThat(edited.goal()).as("stays").isEqualTo(planned.goal());
    refused(wlk.run("stream", "edit"), 2, "usage", "wlk stream edit --help");
    refused(wlk.run("stream", "edit", "--title", "x".repeat(101)), 1, "validation", "");
    refused(wlk.run("stream", "edit", "--starts", "soon"), 2, "usage", "2026-01-31");
    refused(wlk.run("stream", "edit", "--image", "file:/etc/passwd"), 2, "usage", "https");

    refused(wlk.run("stream", "delete", "current", "--no-input"), 2, "usage", "-y");
    WlkProcess.Result deleted = wlk.run("stream", "delete", "current", "-y", "--json");
    assertThat(deleted.exit()).as(deleted.err()).isZero();
    assertThat(lastLine(deleted).path("deleted_at_provider").asBoolean()).isTrue();
    try (RelayPool pool = RelayPool.connect(server.relayUrl())) {
      assertThat(pool.newest(EventAddress.parse(naddr), Duration.ofSeconds(5))).isEmpty();
    }
    refused(wlk.run("stream", "show", "current"), 1, "no_stream", "");
  }
}
