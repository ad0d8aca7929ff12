package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.social.MuteList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The chat's commands as a user runs them, against a real server. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
final class ChatIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final SecretKey HOST_KEY = SecretKey.generate();
  private static final SecretKey FAN_KEY = SecretKey.generate();
  private static final KeySigner HOST = KeySigner.of(HOST_KEY);
  private static final KeySigner FAN = KeySigner.of(FAN_KEY);

  @TempDir static Path shared;
  private static IngestServer server;
  private static RelayPool relays;

  @TempDir Path directory;
  private WlkProcess host;
  private WlkProcess fan;
  private EventAddress stream;

  @BeforeAll
  static void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .dataDir(shared.resolve("data"))
            .start();
    relays = RelayPool.connect(server.relayUrl());
  }

  @AfterAll
  static void stop() {
    relays.close();
    server.close();
  }

  @BeforeEach
  void open() throws IOException {
    try (ManagementClient provider = ManagementClient.at(server.httpUrl(), HOST)) {
      String id = provider.create(CreateStream.titled("Java night").category("talk")).streamId();
      stream = new EventAddress(Kind.LIVE_STREAM, HOST.publicKey(), id, List.of(server.relayUrl()));
    }
    publish(
        HOST,
        LiveStream.builder(stream.identifier())
            .title("Java night")
            .planned()
            .build()
            .toTemplate(Instant.now().minusSeconds(5)));
    host = wlk("host", HOST_KEY);
    fan = wlk("fan", FAN_KEY);
  }

  /** With its key in the environment and the server in its profile. */
  private WlkProcess wlk(String name, SecretKey key) throws IOException {
    Path home = Files.createDirectories(directory.resolve(name));
    Path profile = Files.createDirectories(home.resolve("config/profiles/default"));
    Files.writeString(
        profile.resolve("profile.json"),
        JSON.createObjectNode()
            .put("provider", server.httpUrl())
            .put("provider_relay", server.relayUrl())
            .put("current", stream.identifier())
            .toString());
    return new WlkProcess(home).with("NOSTR_SECRET_KEY", key.nsec());
  }

  private static Event publish(KeySigner signer, EventTemplate template) {
    Event event = signer.sign(template);
    assertThat(relays.publish(event, SOON).acceptedCount()).isEqualTo(1);
    return event;
  }

  private Event said(KeySigner signer, String text) {
    return publish(signer, ChatMessage.to(stream).text(text, Instant.now()));
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<JsonNode> objects(WlkProcess.Result result) {
    return result.out().lines().map(ChatIT::read).toList();
  }

  private static void ok(WlkProcess.Result result) {
    assertThat(result.exit()).as(result.err() + result.out()).isZero();
  }

  @Test
  void what_is_said_is_read_by_programs_as_an_object_a_line() throws Exception {
    publish(FAN, new EventTemplate(1, Kind.PROFILE, List.of(), "{\"name\":\"al\\u001b[1mice\"}"));
    Event question = said(FAN, "Great song!");
    ok(host.run("chat", "send", "Thanks!", "--reply-to", question.id().note()));
    ok(host.run("chat", "raid", other().naddr(), "--words", "go"));
    WlkProcess.Running tail =
        fan.start("", List.of("chat", stream.naddr(), "--json", "--for", "20"));
    await().atMost(Duration.ofSeconds(20)).until(() -> tail.soFar().contains("Thanks!"));
    ok(host.run("chat", "mute", FAN.publicKey().npub()));
    await().atMost(SOON).until(() -> tail.soFar().contains("removed"));
    new ProcessBuilder("kill", "-TERM", Long.toString(tail.process().pid())).start().waitFor();
    WlkProcess.Result told = tail.end();
    ok(told);
    List<JsonNode> items = objects(told);
    JsonNode first = only(items, "message", "Great song!");
    assertThat(first.fieldNames())
        .toIterable()
        .containsExactly("type", "id", "pubkey", "name", "created_at", "content", "reply_to");
    assertThat(first.path("name").asText()).isEqualTo("al[1mice");
    assertThat(only(items, "message", "Thanks!").path("reply_to").asText())
        .isEqualTo(question.id().hex());
    assertThat(only(items, "raid", "go").path("to").asText()).isEqualTo(other().coordinate());
    assertThat(items).anyMatch(i -> i.path("type").asText().equals("stream"));
    assertThat(items)
        .filteredOn(i -> i.path("type").asText().equals("removed"))
        .extracting(i -> i.path("id").asText() + " " + i.path("reason").asText())
        .containsExactly(question.id().hex() + " muted");
  }

  private static EventAddress other() {
    return new EventAddress(Kind.LIVE_STREAM, FAN.publicKey(), "elsewhere", List.of());
  }

  private static JsonNode only(List<JsonNode> items, String type, String content) {
    return items.stream()
        .filter(i -> i.path("type").asText().equals(type))
        .filter(i -> i.path("content").asText().equals(content))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void refusals_are_told_once_and_at_once_with_a_hint_where_one_helps() throws Exception {
    WlkProcess.Result unknown = fan.run("chat", "send", "hi", "--to", stream.identifier());
    assertThat(unknown.exit()).isEqualTo(1);
    assertThat(unknown.err()).contains("error[refused]").contains("hint: ").contains("naddr1");

    WlkProcess.Result rules = host.run("chat", "rules", "--slow", "30", "--json");
    ok(rules);
    assertThat(objects(rules).getFirst().path("slow_mode_seconds").asInt()).isEqualTo(30);
    said(FAN, "first");
    Instant before = Instant.now();
    WlkProcess.Result slow = fan.run("chat", "send", "second", "--to", stream.naddr());
    assertThat(slow.exit()).isEqualTo(1);
    assertThat(slow.err()).containsOnlyOnce("slow mode, wait another").doesNotContain("hint");
    assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(25));

    String id = said(HOST, "the host's").id().hex();
    for (List<String> hosts :
        List.of(
            List.of("chat", "pin", id, stream.naddr()),
            List.of("chat", "raid", other().naddr(), "--from", stream.naddr()),
            List.of("chat", "mute", "npub1", "--for", "5", "--in", stream.naddr()))) {
      List<String> arguments = new ArrayList<>(hosts);
      arguments.replaceAll(a -> a.equals("npub1") ? HOST.publicKey().npub() : a);
      WlkProcess.Result refused = fan.run(arguments.toArray(String[]::new));
      assertThat(refused.exit()).as(refused.out()).isEqualTo(1);
      assertThat(refused.err()).contains("error[forbidden]").contains("only the host");
    }
    assertThat(host.run("chat", "report", id, "--reason", "boring").exit()).isEqualTo(2);
    assertThat(host.run("chat", "pin", "nonsense").exit()).isEqualTo(2);
    assertThat(host.run("chat", "mute", "nobody-here").err()).contains("nobody called");
  }

  @Test
  void pins_and_mutes_change_only_what_they_are_about() throws Exception {
    LiveStream with = LiveStream.parse(relays.newest(stream, SOON).orElseThrow());
    EventTemplate template = with.toTemplate(Instant.now().minusSeconds(2));
    List<Tag> tags = new ArrayList<>(template.tags());
    tags.add(Tag.of("x-unknown", "kept", "too"));
    publish(HOST, new EventTemplate(template.createdAt(), template.kind(), tags, "words"));
    Event message = said(FAN, "pin me");
    ok(host.run("chat", "pin", message.id().hex()));
    Event pinned = relays.newest(stream, SOON).orElseThrow();
    assertThat(LiveStream.parse(pinned).pinned()).containsExactly(message.id());
    assertThat(pinned.tags()).contains(Tag.of("x-unknown", "kept", "too"));
    assertThat(pinned.content()).isEqualTo("words");
    ok(host.run("chat", "unpin", message.id().note()));
    assertThat(LiveStream.parse(relays.newest(stream, SOON).orElseThrow()).pinned()).isEmpty();

    SecretKey key = SecretKey.generate();
    KeySigner me = KeySigner.of(key);
    WlkProcess mine = wlk("mine", key);
    SecretKey troll = SecretKey.generate();
    publish(
        me,
        MuteList.empty()
            .mute(Tag.of("word", "spoiler"))
            .mutePrivately(Tag.of("p", FAN.publicKey().hex()))
            .toTemplate(me, Instant.now().minusSeconds(9)));
    ok(mine.run("chat", "mute", troll.publicKey().npub()));
    MuteList merged = mutes(me);
    assertThat(merged.hides(troll.publicKey())).isTrue();
    assertThat(merged.hides(FAN.publicKey())).isTrue();
    assertThat(merged.hides("a spoiler")).isTrue();
    ok(mine.run("chat", "mute", troll.publicKey().hex(), "--unmute"));
    assertThat(mutes(me).hides(troll.publicKey())).isFalse();

    WlkProcess.Result away =
        wlk("new", SecretKey.generate())
            .run(
                "chat",
                "mute",
                troll.publicKey().npub(),
                "--relay",
                "ws://127.0.0.1:9",
                "--timeout",
                "2");
    assertThat(away.exit()).isEqualTo(1);
    assertThat(away.err()).contains("error[mute_list]").contains("-y");

    ok(host.run("chat", "mute", troll.publicKey().npub(), "--for", "5"));
    assertThat(relays.query(Filter.kinds(Kind.CHAT_TIMEOUT).by(HOST.publicKey()), SOON))
        .anyMatch(e -> e.tag("p").orElseThrow().value().equals(troll.publicKey().hex()));
    ok(fan.run("chat", "report", message.id().hex(), stream.naddr(), "--reason", "spam"));
    assertThat(relays.query(Filter.kinds(Kind.REPORT).by(FAN.publicKey()), SOON))
        .anyMatch(e -> e.tag("e").orElseThrow().value().equals(message.id().hex()));
  }

  private static MuteList mutes(KeySigner me) {
    EventAddress list = new EventAddress(Kind.MUTE_LIST, me.publicKey(), "", List.of());
    return MuteList.parse(relays.lookUp(list, SOON).orElseThrow(), me);
  }

  @Test
  void a_whole_chat_is_exported_page_by_page_and_taken_again() throws Exception {
    int count = 620;
    List<Event> all = new ArrayList<>();
    long from = Instant.now().getEpochSecond() - 700;
    for (int i = 0; i < count; i++) {
      KeySigner somebody = KeySigner.of(SecretKey.generate());
      all.add(
          somebody.sign(
              ChatMessage.to(stream).text("message " + i, Instant.ofEpochSecond(from + i / 2))));
    }
    assertThat(
            all.parallelStream()
                .filter(event -> relays.publish(event, Duration.ofSeconds(30)).acceptedCount() == 1)
                .count())
        .isEqualTo(count);
    Path file = directory.resolve("chat.jsonl");
    WlkProcess.Result exported = fan.run("chat", "export", stream.naddr(), "-o", file.toString());
    ok(exported);
    List<Event> read = Files.readAllLines(file).stream().map(Event::parse).toList();
    assertThat(read).hasSize(count).allMatch(Event::verify).doesNotHaveDuplicates();
    assertThat(read).extracting(Event::createdAt).isSorted();
    assertThat(Set.copyOf(read)).isEqualTo(Set.copyOf(all));
    assertThat(fan.run("chat", "export", stream.naddr(), "-o", file.toString()).err())
        .contains("error[file_exists]");
    WlkProcess.Result part =
        fan.run(
            "chat",
            "export",
            stream.naddr(),
            "--format",
            "csv",
            "--since",
            "" + from,
            "--until",
            "" + (from + 4));
    assertThat(part.out().lines()).hasSize(11);
    assertThat(part.out()).startsWith("created_at,time,id,kind,npub,name,content,reply_to\n");
    WlkProcess.Result again =
        fan.runWith(
            String.join("\n", Files.readAllLines(file).subList(0, 3)) + "\n", "event", "publish");
    ok(again);
  }
}
