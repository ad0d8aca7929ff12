package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.SecretKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The commands as a user runs them, against a real server, with a real ffmpeg. */
@Timeout(180)
@Execution(ExecutionMode.CONCURRENT)
final class WlkIT extends WlkTest {
  @Test
  void a_provider_says_what_it_is_and_to_its_admin_how_full() throws Exception {
    ready();
    JsonNode info = lastLine(wlk.run("provider", "info", "--json"));
    assertThat(info.path("provider").asText()).isEqualTo(server.httpUrl());
    assertThat(info.path("access").asText()).isEqualTo("open");
    assertThat(info.path("limits").path("streams").isInt()).isTrue();
    assertThat(info.has("capacity")).as("for an admin alone").isFalse();

    SecretKey admin = SecretKey.generate();
    try (IngestServer own =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("access.admins", admin.publicKey().npub())
            .dataDir(directory.resolve("data"))
            .start()) {
      assertThat(wlk.run("provider", "info", own.httpUrl()).out())
          .contains("access    open")
          .doesNotContain("traffic");
      Path key = Files.writeString(directory.resolve("admin"), admin.nsec());
      WlkProcess.Result told =
          wlk.run("provider", "info", own.httpUrl(), "--sec-file", key.toString());
      assertThat(told.out()).as(told.err()).contains("streams   0 of 20", "traffic   0.00 of ");
    }
  }

  @Test
  void an_identity_that_is_locked_is_not_asked_for_to_see_what_a_provider_is() throws Exception {
    readyWithPassphrase();
    Path config = directory.resolve("config");
    WlkProcess locked = new WlkProcess(directory).with("WLK_CONFIG_DIR", config.toString());
    WlkProcess.Result info = locked.run("provider", "info");
    assertThat(info.exit()).as(info.err()).isZero();
    assertThat(info.err()).isEmpty();
    assertThat(info.out()).contains("server    " + server.httpUrl());
  }

  @Test
  void the_demo_shows_it_all() throws Exception {
    WlkProcess.Result demo = wlk.run("demo", "--once", "--json");
    assertThat(demo.exit()).as(demo.err()).isZero();
    JsonNode shown = lastLine(demo);
    assertThat(shown.fieldNames())
        .toIterable()
        .containsExactly(
            "ok",
            "stream_id",
            "naddr",
            "first_segment_ms",
            "live_event_id",
            "chat_roundtrip_ms",
            "segments",
            "ended_event_id",
            "hls_playback",
            "watch_url");
    assertThat(shown.path("ok").asBoolean()).isTrue();
    assertThat(shown.path("segments").asInt()).isEqualTo(4);
    assertThat(shown.path("first_segment_ms").asInt()).isBetween(1_000, 20_000);
    assertThat(shown.path("live_event_id").asText()).matches("[0-9a-f]{64}");
    assertThat(shown.path("ended_event_id").asText()).matches("[0-9a-f]{64}");
    assertThat(EventAddress.parse(shown.path("naddr").asText()).identifier())
        .isEqualTo(shown.path("stream_id").asText());
    assertThat(demo.out().lines()).hasSize(1);
  }

  @Test
  void what_is_missing_is_said_with_a_hint_and_its_exit_code() throws Exception {
    refused(wlk.run("stream", "list"), 4, "no_identity", "wlk identity new");
    refused(wlk.run("identity", "new"), 4, "locked", "WLK_PASSPHRASE");
    assertThat(wlk.run("identity", "new", "--plain-text").exit()).isZero();
    refused(wlk.run("live", "x"), 1, "no_provider", "wlk provider add");
    refused(wlk.run("provider", "add", "http://127.0.0.1:1"), 1, "unreachable", "");
    refused(wlk.run("chat", "send", "hi", "--to", "some-id"), 1, "no_relay", "wlk provider add");
    refused(
        wlk.run("provider", "add", server.httpUrl().replace("127.0.0.1", "localhost")),
        1,
        "provider_name",
        server.httpUrl());
    assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
    refused(wlk.run("stream", "show", "none"), 1, "not_found", "wlk stream list");
    refused(wlk.run("end", "none"), 1, "not_found", "wlk stream list");
    refused(wlk.run("stream", "create", "--title", "x".repeat(101)), 1, "validation", "");
    assertThat(wlk.run("stream", "create", "--title", "x".repeat(101)).err())
        .contains("title: has 101 characters");
    refused(wlk.run("live"), 2, "usage", "wlk live");
    refused(wlk.run("no-such-command"), 2, "usage", "");
    refused(wlk.run("stream"), 2, "usage", "wlk stream --help");
    refused(wlk.run("serve", "--set", "rtmp.prot=1", "--print-config"), 2, "usage", "");
    JsonNode json = lastLine(wlk.run("stream", "show", "none", "--json"));
    assertThat(json.path("error").asText()).isEqualTo("not_found");
  }

  @Test
  void an_identity_is_kept_under_its_passphrase() throws Exception {
    wlk.with("WLK_PASSPHRASE", PASSPHRASE);
    String nsec = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
    WlkProcess.Result imported = wlk.runWith(nsec + "\n", "identity", "import", "--json");
    assertThat(imported.exit()).as(imported.err()).isZero();
    assertThat(lastLine(imported).path("npub").asText())
        .isEqualTo("npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg");
    Path file = directory.resolve("config/profiles/default/identity.json");
    assertThat(Files.readString(file)).contains("ncryptsec1").doesNotContain("nsec1vl0");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");

    WlkProcess.Result signed =
        wlk.runWith(
            "{\"kind\":1,\"content\":\"é\"}\n{\"kind\":1,\"created_at\":7,\"tags\":[[\"t\",\"x\"]]}\n",
            "event",
            "sign");
    assertThat(signed.out().lines()).hasSize(2);
    assertThat(lastLine(signed).path("created_at").asInt()).isEqualTo(7);
    assertThat(wlk.runWith(signed.out(), "event", "verify").exit()).isZero();
    WlkProcess.Result forged =
        wlk.runWith(signed.out().replace("é", "e"), "event", "verify", "--json");
    assertThat(forged.exit()).isEqualTo(1);
    assertThat(forged.out().lines().map(WlkTest::read).map(v -> v.path("valid").asBoolean()))
        .containsExactly(false, true);
    refused(wlk.runWith("{\"kind\":-1}", "event", "sign"), 1, "invalid", "");

    wlk.with("WLK_PASSPHRASE", "wrong passphrase");
    refused(wlk.runWith("{\"kind\":1}", "event", "sign"), 4, "locked", "");
    assertThat(wlk.run("identity", "show").out())
        .as("needs no passphrase")
        .contains("npub10elfcs4");
    refused(wlk.run("identity", "import", nsec), 2, "usage", "stdin");
    assertThat(wlk.run("identity", "import", nsec).err()).doesNotContain("nsec1vl0");
  }

  @Test
  void a_command_line_is_taken_as_it_stands() throws Exception {
    assertThat(wlk.run("identity", "new", "--plain-text").exit()).isZero();
    assertThat(wlk.run("--json", "identity", "list", "--json").out())
        .as("a flag said twice is still said")
        .startsWith("{");
    refused(wlk.run("--timeout", "0", "identity", "list"), 2, "usage", "");
    assertThat(
            lastLine(wlk.run("--color=bad", "--json", "identity", "list")).path("error").asText())
        .isEqualTo("usage");
    Files.writeString(directory.resolve("notes"), "--help");
    refused(
        wlk.run("chat", "send", "@" + directory.resolve("notes")), 1, "no_stream", "stream create");
    refused(wlk.run("chat", "--relay", "foo", "--for", "1", "naddr1x"), 2, "usage", "");
    String nsec = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5\n";
    WlkProcess.Result signed =
        wlk.runWith(nsec + "{\"kind\":1}\n{\"kind\":7}\n", "--sec-file", "-", "event", "sign");
    assertThat(signed.out().lines()).as("the key is the first line alone").hasSize(2);
  }

  @Test
  void what_a_script_leaves_behind_ends_with_the_stream() throws Exception {
    ready();
    WlkProcess.Result ended =
        wlk.run("live", "Left behind", "--", "sh", "-c", "sleep 3217 & echo started; exit 0");
    assertThat(ended.exit()).as(ended.err()).isEqualTo(1);
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(
            p -> p.info().commandLine().filter(line -> line.contains("sleep 3217")).isPresent());
  }

  @Test
  void a_stream_is_created_shown_and_told_to_obs() throws Exception {
    ready();
    JsonNode created =
        lastLine(
            wlk.run(
                "stream",
                "create",
                "--title",
                "Java night",
                "--category",
                "talk",
                "-t",
                "java",
                "--json"));
    assertThat(created.fieldNames())
        .toIterable()
        .containsExactly(
            "stream_id", "stream_key", "rtmp_ingest", "hls_playback", "naddr", "watch_url");
    String page = server.httpUrl() + "/w/" + created.path("naddr").asText();
    assertThat(created.path("watch_url").asText()).isEqualTo(page);
    assertThat(wlk.run("stream", "show").out())
        .contains("watch     " + page, "player    " + created.path("hls_playback").asText());
    String key = created.path("stream_key").asText();
    LiveStream planned = onRelay(created.path("naddr").asText());
    assertThat(planned.status()).contains(Status.PLANNED);
    assertThat(planned.hashtags()).containsExactly("talk", "live", "java");
    assertThat(wlk.run("stream", "key").out()).doesNotContain(key);
    assertThat(wlk.run("stream", "key", "--reveal").out().strip()).isEqualTo(key);
    assertThat(wlk.run("obs", "show").out())
        .contains(server.rtmpUrl())
        .contains("Keyframe Interval  2 s")
        .doesNotContain(key);
    assertThat(
            lastLine(wlk.run("obs", "show", "--preset", "1080p60", "--reveal", "--json"))
                .path("stream_key")
                .asText())
        .isEqualTo(key);
    refused(wlk.run("obs", "show", "--preset", "8k"), 2, "usage", "");
    JsonNode status = lastLine(wlk.run("status", "--json"));
    assertThat(status.path("status").asText()).isEqualTo("created");
    String brief = server.httpUrl() + "/w/" + created.path("stream_id").asText();
    assertThat(status.path("watch_url").asText()).isEqualTo(brief);
    assertThat(wlk.run("status").out()).contains("\nwatch   " + brief + "\n");
    assertThat(wlk.run("stream", "list").out()).contains("Java night");
    JsonNode rotated = lastLine(wlk.run("stream", "key", "--rotate", "--reveal", "--json"));
    assertThat(rotated.path("stream_key").asText()).isNotEqualTo(key).startsWith("wlk_live_");
  }

  @Test
  void live_with_an_encoder_goes_from_planned_to_ended_and_chat_goes_both_ways() throws Exception {
    ready();
    WlkProcess.Running live = live("Java night", 12, "--category", "talk");
    String naddr = naddr(live);
    LiveStream onAir = onRelay(naddr);
    assertThat(onAir.status()).contains(Status.LIVE);
    assertThat(onAir.streaming().getFirst()).contains(".m3u8");
    assertThat(onAir.host().orElseThrow().key()).isEqualTo(EventAddress.parse(naddr).author());

    WlkProcess viewer = new WlkProcess(Files.createDirectory(directory.resolve("viewer")));
    assertThat(viewer.run("identity", "new", "--plain-text").exit()).isZero();
    WlkProcess.Result sent =
        viewer.run("chat", "send", "Great \u001b[31msong!", "--to", naddr, "--json");
    assertThat(lastLine(sent).path("accepted").asInt()).as(sent.err()).isEqualTo(1);
    assertThat(wlk.run("chat", "send", "Thanks!").exit()).isZero();
    WlkProcess.Result tail = viewer.run("chat", naddr, "--for", "2");
    assertThat(tail.out()).contains("Great [31msong!").contains("Thanks!").doesNotContain("\u001b");

    WlkProcess.Result ended = live.end();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out().lines().map(WlkTest::read).map(e -> e.path("event").asText()).distinct())
        .contains("planned", "encoder", "playable", "live", "chat", "ended");
    assertThat(ended.out().lines().map(WlkTest::read))
        .filteredOn(e -> Set.of("planned", "playable").contains(e.path("event").asText()))
        .hasSize(2)
        .allSatisfy(e -> {
          assertThat(e.path("hls_playback").asText()).endsWith(".m3u8");
          assertThat(e.path("watch_url").asText()).isEqualTo(server.httpUrl() + "/w/" + naddr);
        });
    assertThat(ended.out() + ended.err()).doesNotContain("wlk_live_");
    assertThat(lastLine(ended).path("ended_event_id").asText()).matches("[0-9a-f]{64}");
    LiveStream over = onRelay(naddr);
    assertThat(over.status()).contains(Status.ENDED);
    assertThat(over.ends()).isPresent();
    assertThat(lastLine(wlk.run("status", "--json")).path("status").asText()).isEqualTo("ended");
  }

  @Test
  void ctrl_c_ends_the_stream_and_the_encoder() throws Exception {
    readyWithPassphrase();
    WlkProcess.Running live = live("Interrupted", 120);
    String naddr = naddr(live);
    List<ProcessHandle> children = live.process().descendants().toList();
    assertThat(children).isNotEmpty();

    signal("INT", live.process().pid());

    WlkProcess.Result ended = live.end();
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(onRelay(naddr).status()).contains(Status.ENDED);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void another_terminal_can_end_it() throws Exception {
    ready();
    WlkProcess.Running live = live("Ended elsewhere", 120);
    String naddr = naddr(live);
    WlkProcess.Result end = wlk.run("end");
    assertThat(end.exit()).as(end.err()).isZero();
    assertThat(live.end().exit()).as(live.soFar()).isZero();
    assertThat(onRelay(naddr).status()).contains(Status.ENDED);
  }

  @Test
  void the_encoder_does_not_outlive_a_wlk_that_was_killed_not_even_behind_a_script()
      throws Exception {
    ready();
    List<String> pushing = pushing(120);
    String script =
        pushing.subList(1, pushing.size()).stream()
            .map(a -> "'" + a + "'")
            .collect(Collectors.joining(" "));
    WlkProcess.Running live =
        wlk.start("", List.of("live", "Killed", "--json", "--", "sh", "-c", script + "; true"));
    naddr(live);
    List<ProcessHandle> children = live.process().descendants().toList();
    assertThat(children).as("script, encoder, watcher").hasSizeGreaterThanOrEqualTo(3);
    signal("KILL", live.process().pid());
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void a_terminal_whose_encoder_was_taken_over_leaves_and_the_stream_goes_on() throws Exception {
    ready();
    WlkProcess.Running first = live("Two terminals", 120);
    String naddr = naddr(first);
    WlkProcess.Running second = live("current", 120);
    WlkProcess.Result left = first.end();
    assertThat(left.out()).contains("\"event\":\"left\"").doesNotContain("\"event\":\"ended\"");
    assertThat(onRelay(naddr).status()).contains(Status.LIVE);
    signal("INT", second.process().pid());
    assertThat(second.end().exit()).isZero();
    assertThat(onRelay(naddr).status()).contains(Status.ENDED);
  }

  @Test
  void a_key_on_stdin_serves_a_whole_command_and_what_was_never_published_can_be_ended()
      throws Exception {
    String nsec = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5\n";
    assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
    WlkProcess.Result created =
        wlk.runWith(
            nsec, "stream", "create", "--title", "t", "--no-publish", "--sec-file", "-", "--json");
    assertThat(created.exit()).as(created.err()).isZero();
    assertThat(lastLine(created).path("naddr").asText()).startsWith("naddr1");
    assertThat(wlk.run("status").out()).as("public: needs no identity").startsWith("created");
    WlkProcess.Result ended = wlk.runWith(nsec, "end", "--sec-file", "-");
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(wlk.run("status").out()).startsWith("ended");
  }

  @Test
  void an_encoder_that_crashes_on_air_ends_the_stream_and_fails_the_command() throws Exception {
    ready();
    WlkProcess.Running live = live("Crash", 120);
    String naddr = naddr(live);
    ProcessHandle encoder =
        live.process()
            .descendants()
            .filter(p -> p.info().command().orElse("").endsWith("ffmpeg"))
            .findFirst()
            .orElseThrow();
    signal("KILL", encoder.pid());
    WlkProcess.Result crashed = live.end();
    assertThat(crashed.exit()).isEqualTo(1);
    assertThat(crashed.out()).contains("exit code 137");
    assertThat(onRelay(naddr).status()).contains(Status.ENDED);
  }

  @Test
  void an_encoder_that_fails_is_told_with_its_last_words() throws Exception {
    ready();
    WlkProcess.Result failed =
        wlk.run(
            "live", "Fails", "--", ffmpeg.toString(), "-i", "/no/such/file", "-f", "flv", "{url}");
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.err()).contains("error[encoder]").contains("/no/such/file: No such file");
    refused(wlk.run("live", "Fails", "--", "/no/such/program"), 1, "encoder", "PATH");
  }
}
