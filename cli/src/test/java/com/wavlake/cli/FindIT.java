package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.social.MuteList;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code wlk discover} and {@code wlk watch} as a user runs them; each test has its own topic. */
@Timeout(300)
@Execution(ExecutionMode.CONCURRENT)
final class FindIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String HLS = "https://live.example/a.m3u8?a=1&b=2";

  @TempDir static Path shared;
  private static IngestServer server;
  private static RelayPool relay;

  @TempDir Path directory;
  private final KeySigner alice = KeySigner.of(SecretKey.generate());
  private final KeySigner bob = KeySigner.of(SecretKey.generate());
  private final Instant now = Instant.now();
  private WlkProcess wlk;

  @BeforeAll
  static void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("relay.policy", "open")
            .dataDir(shared.resolve("data"))
            .start();
    relay = RelayPool.connect(server.relayUrl());
  }

  @AfterAll
  static void stop() {
    relay.close();
    server.close();
  }

  @BeforeEach
  void open() throws Exception {
    wlk = new WlkProcess(directory);
    assertThat(wlk.run("relay", "add", server.relayUrl()).exit()).isZero();
  }

  private static void publish(Event event) {
    relay.publish(event, TIMEOUT).requireAccepted(1);
  }

  private static LiveStream.Builder stream(String id, String... topics) {
    return LiveStream.builder(id)
        .title("Title of " + id)
        .streaming(HLS)
        .hashtags(List.of(topics))
        .relays(List.of(server.relayUrl()));
  }

  private Event signed(KeySigner author, LiveStream.Builder stream) {
    return author.sign(stream.build().toTemplate(now));
  }

  private static String naddr(Event event) {
    return event.address().withRelays(List.of(server.relayUrl())).naddr();
  }

  private static List<JsonNode> lines(WlkProcess.Result result) {
    return result.out().lines().map(FindIT::read).toList();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> titles(String... options) throws Exception {
    WlkProcess.Result result = wlk.run(options);
    assertThat(result.exit()).as(result.err()).isZero();
    return lines(result).stream().map(line -> line.path("title").asText()).toList();
  }

  @Test
  void streams_are_listed_live_first_with_names_and_marks() throws Exception {
    publish(
        alice.sign(
            EventTemplate.of(now, Kind.PROFILE, List.of(), "{\"name\":\"Alice\\u001b[31m\"}")));
    Event live =
        signed(
            alice,
            stream("live", "LIST", "talk")
                .contentWarning("nsfw")
                .host(Participant.host(alice.publicKey(), ""))
                .live(now.minusSeconds(3_700))
                .currentParticipants(14));
    publish(live);
    publish(signed(alice, stream("soon", "list").planned().starts(now.plusSeconds(7_200))));
    publish(
        signed(
            bob,
            stream("over", "list")
                .host(Participant.host(alice.publicKey(), ""))
                .ended(now)
                .recording("https://vod.example/r.m3u8")));

    assertThat(titles("discover", "-t", "list", "--json")).containsExactly("Title of live");
    WlkProcess.Result all = wlk.run("discover", "--status", "all", "-t", "list", "--json");
    assertThat(lines(all))
        .extracting(line -> line.path("status").asText())
        .containsExactly("live", "planned", "ended");
    JsonNode first = lines(all).getFirst();
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly(
            "naddr",
            "coordinate",
            "title",
            "summary",
            "host",
            "host_name",
            "host_proven",
            "status",
            "streaming",
            "recording",
            "starts",
            "ends",
            "viewers",
            "topics",
            "relays",
            "content_warning");
    assertThat(first.path("naddr").asText()).isEqualTo(naddr(live));
    assertThat(first.path("host").asText()).isEqualTo(alice.publicKey().npub());
    assertThat(first.path("viewers").asInt()).isEqualTo(14);
    assertThat(lines(all))
        .extracting(line -> line.path("host_proven").asBoolean())
        .containsExactly(true, true, false);

    WlkProcess.Result table = wlk.run("discover", "--status", "all", "-t", "#list");
    assertThat(table.out())
        .contains("[nsfw] Title of live  Alice[31m")
        .containsPattern("live, 14 watching  for 1 h \\d+ min")
        .contains("  " + naddr(live))
        .contains("Alice[31m ?")
        .contains("ended, recorded")
        .doesNotContain("\u001b");
    assertThat(table.out().lines()).hasSize(6);
    assertThat(titles("discover", "--status", "all", "-t", "list", "--json", "--limit", "1"))
        .hasSize(1);
  }

  @Test
  void nothing_found_is_no_failure_and_no_relay_is() throws Exception {
    WlkProcess.Result nothing = wlk.run("discover", "-t", "no-such-topic");
    assertThat(nothing.exit()).isZero();
    assertThat(nothing.out()).isEmpty();
    assertThat(nothing.err()).contains("no live streams found on " + server.relayUrl());
    assertThat(wlk.run("discover", "--limit", "0").exit()).isEqualTo(2);
    assertThat(wlk.run("discover", "--follows").err()).contains("error[no_identity]");
    WlkProcess nowhere = new WlkProcess(Files.createDirectory(directory.resolve("nowhere")));
    assertThat(nowhere.run("discover").err()).contains("error[no_relay]").contains("wlk relay add");
    WlkProcess.Result down =
        nowhere.run("discover", "--relay", "ws://127.0.0.1:1", "--timeout", "1");
    assertThat(down.exit()).isEqualTo(1);
    assertThat(down.err()).contains("no relay answers");
  }

  @Test
  void whom_i_follow_is_shown_and_whom_i_muted_is_not() throws Exception {
    publish(signed(alice, stream("alices", "people").live(now)));
    publish(signed(bob, stream("bobs", "people").live(now)));
    String[] discover = {"discover", "-t", "people", "--json"};
    assertThat(titles(discover)).containsExactlyInAnyOrder("Title of alices", "Title of bobs");
    SecretKey key = SecretKey.generate();
    String nsec = key.nsec(); // the signer takes the key along when it is closed
    try (KeySigner signer = KeySigner.of(key)) {
      publish(
          signer.sign(
              EventTemplate.of(
                  now, Kind.CONTACTS, List.of(Tag.of("p", alice.publicKey().hex())), "")));
      publish(
          signer.sign(
              MuteList.empty()
                  .mutePrivately(Tag.of("p", bob.publicKey().hex()))
                  .toTemplate(signer, now)));
    }
    wlk.with("NOSTR_SECRET_KEY", nsec);
    assertThat(titles(discover)).containsExactly("Title of alices");
    assertThat(titles("discover", "-t", "people", "--json", "--follows"))
        .containsExactly("Title of alices");
  }

  @Test
  void what_the_provider_lists_is_found_though_no_relay_has_it() throws Exception {
    wlk.with("NOSTR_SECRET_KEY", SecretKey.generate().nsec());
    assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
    WlkProcess.Result created =
        wlk.run(
            "stream",
            "create",
            "--title",
            "Here",
            "--category",
            "here",
            "--no-publish",
            "--starts",
            now.plusSeconds(3_600).toString());
    assertThat(created.exit()).as(created.err()).isZero();
    String[] planned = {"discover", "--status", "planned", "-t", "here", "--json"};
    assertThat(titles(planned)).isEmpty();
    assertThat(titles("discover", "--status", "planned", "-t", "here", "--json", "--here"))
        .containsExactly("Here");
  }

  @Test
  void watching_the_list_tells_what_comes_changes_and_goes_until_ctrl_c() throws Exception {
    WlkProcess.Running watching =
        wlk.start("", List.of("discover", "--watch", "-t", "changes", "--json"));
    LiveStream.Builder stream = stream("c", "changes").live(now);
    publish(signed(alice, stream));
    happens(watching, "\"event\":\"found\"");
    publish(alice.sign(stream.title("Q&A").build().toTemplate(now.plusSeconds(1))));
    happens(watching, "\"event\":\"changed\"");
    publish(alice.sign(stream.ended(now).build().toTemplate(now.plusSeconds(2))));
    happens(watching, "\"event\":\"gone\"");
    interrupt(watching);
    WlkProcess.Result end = watching.end();
    assertThat(end.exit()).as(end.err()).isZero();
    assertThat(lines(end))
        .extracting(line -> line.path("event").asText() + " " + line.path("title").asText())
        .containsExactly("found Title of c", "changed Q&A", "gone Q&A");
  }

  private static void happens(WlkProcess.Running run, String text) {
    await().atMost(TIMEOUT).until(() -> run.soFar().contains(text));
  }

  private static void interrupt(WlkProcess.Running run) throws Exception {
    String pid = Long.toString(run.process().pid());
    assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
  }

  @Test
  void whatever_names_a_stream_gives_its_url() throws Exception {
    Event live = signed(alice, stream("u", "url").live(now));
    publish(live);
    WlkProcess anybody = new WlkProcess(Files.createDirectory(directory.resolve("anybody")));
    for (String ref : List.of(naddr(live), "https://zap.stream/" + naddr(live))) {
      WlkProcess.Result url = anybody.run("watch", ref);
      assertThat(url.out()).as(url.err()).isEqualTo(HLS + "\n");
      assertThat(url.err()).contains("Title of u").contains("live");
    }
    assertThat(wlk.run("watch", alice.publicKey().npub(), "--url").out()).isEqualTo(HLS + "\n");
    JsonNode json = lines(wlk.run("watch", naddr(live), "--json")).getFirst();
    assertThat(json.path("url").asText()).isEqualTo(HLS);
    assertThat(json.path("status").asText()).isEqualTo("live");

    publish(
        alice.sign(
            stream("u")
                .ended(now)
                .recording("https://vod.example/r.m3u8")
                .build()
                .toTemplate(now.plusSeconds(1))));
    assertThat(wlk.run("watch", naddr(live)).out()).isEqualTo("https://vod.example/r.m3u8\n");
    assertThat(wlk.run("watch", alice.publicKey().npub()).err())
        .contains("error[not_found]")
        .contains("has nothing live");
  }

  @Test
  void what_cannot_be_played_is_said_and_why() throws Exception {
    Event planned = signed(alice, stream("p").planned().starts(now.plusSeconds(86_400 * 3)));
    Event silent = alice.sign(stream("s").live(now).build().toTemplate(now.minusSeconds(9_000)));
    Event evil = signed(alice, LiveStream.builder("e").streaming("--script=/tmp/x.m3u8").live(now));
    publish(planned);
    publish(silent);
    publish(evil);
    assertThat(wlk.run("watch", naddr(planned)).err())
        .contains("error[planned]: it is not live yet: it starts at ")
        .contains("--wait");
    assertThat(wlk.run("watch", naddr(silent)).err())
        .contains("error[ended]: nothing was heard of it for 2 h");
    WlkProcess.Result refused = wlk.run("watch", naddr(evil), "--player", "touch");
    assertThat(refused.err()).contains("error[unplayable]: there is no http(s) URL");
    assertThat(wlk.run("watch", "https://zap.stream/about").exit()).isEqualTo(2);
    assertThat(wlk.run("watch", naddr(evil), "--url", "--open").exit()).isEqualTo(2);
  }

  @Test
  void it_waits_until_a_planned_stream_is_live() throws Exception {
    Event planned = signed(alice, stream("w").planned().starts(now.plusSeconds(60)));
    publish(planned);
    WlkProcess.Running waiting = wlk.start("", List.of("watch", naddr(planned), "--wait", "--url"));
    happens(waiting, "planned");
    publish(alice.sign(stream("w").live(now).build().toTemplate(now.plusSeconds(1))));
    WlkProcess.Result end = waiting.end();
    assertThat(end.exit()).as(end.err()).isZero();
    assertThat(end.out()).isEqualTo(HLS + "\n");
  }

  @Test
  void a_browser_gets_the_providers_page_of_its_own_streams_and_a_known_one_of_others()
      throws Exception {
    Path programs = Files.createDirectory(directory.resolve("programs"));
    for (String name : List.of("xdg-open", "open")) {
      Path browser = Files.writeString(programs.resolve(name), "#!/bin/sh\necho \"$# $1\"\n");
      assertThat(browser.toFile().setExecutable(true)).isTrue();
    }
    wlk.with("PATH", programs + File.pathSeparator + System.getenv("PATH"));
    assertThat(wlk.run("provider", "add", server.httpUrl()).exit()).isZero();
    Event ours = signed(alice, stream("ours").live(now).service(server.httpUrl()));
    Event others = signed(bob, stream("others").live(now).service("https://other.example"));
    publish(ours);
    publish(others);
    assertThat(wlk.run("watch", naddr(ours), "--open").out())
        .startsWith("1 " + server.httpUrl() + "/w/naddr1");
    assertThat(wlk.run("watch", naddr(others), "--open").out())
        .startsWith("1 https://zap.stream/naddr1");
  }

  @Test
  void a_player_gets_the_url_as_an_argument_and_ctrl_c_ends_it() throws Exception {
    Event live = signed(alice, stream("player").live(now));
    publish(live);
    Path player = directory.resolve("my player");
    Files.writeString(
        player, "#!/bin/sh\necho \"$# $1 $2 ${NOSTR_SECRET_KEY:-none}\"\nexec sleep 100\n");
    assertThat(player.toFile().setExecutable(true)).isTrue();
    WlkProcess.Running playing =
        wlk.with("NOSTR_SECRET_KEY", SecretKey.generate().nsec())
            .start("", List.of("watch", naddr(live), "--player", "'" + player + "' -f {url}"));
    happens(playing, "2 -f " + HLS + " none");
    List<ProcessHandle> children = playing.process().descendants().toList();
    assertThat(children).isNotEmpty();
    interrupt(playing);
    assertThat(playing.end().exit()).isZero();
    await().atMost(TIMEOUT).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(wlk.run("watch", naddr(live), "--player", "false").err())
        .contains("error[player]: false ended with exit code 1");
    assertThat(wlk.run("watch", naddr(live), "--player", "/no/such").err())
        .contains("cannot start /no/such");
  }
}
