package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What NIP-01, 09, 11, 13, 40, 42, 45 and 70 ask of a relay, and what clients do to one; over
 * sockets. All share a server: every test has keys of its own and asks for nobody else's events.
 */
@Timeout(30)
final class RelayScenariosIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NO_ID = "0".repeat(64);

  @TempDir static Path directory;
  private static IngestServer server;
  private static String relayUrl;

  private final KeySigner alice = newSigner();
  private final KeySigner bob = newSigner();
  private final long now = Instant.now().getEpochSecond();
  private final List<RawRelayClient> clients = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("relay.policy", "open")
            .dataDir(directory)
            .start();
    relayUrl = server.httpUrl().replaceFirst("^http", "ws") + "/relay";
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void hangUp() {
    clients.forEach(RawRelayClient::close);
  }

  private record Answer(boolean accepted, String reason) {}

  private static KeySigner newSigner() {
    return KeySigner.of(SecretKey.generate());
  }

  private static String anyHex() {
    return SecretKey.generate().publicKey().hex();
  }

  private RawRelayClient connect() throws InterruptedException {
    RawRelayClient client = RawRelayClient.connect(relayUrl);
    clients.add(client);
    return client;
  }

  private static Event event(KeySigner by, int kind, long at, String content, Tag... tags) {
    return by.sign(new EventTemplate(at, kind, List.of(tags), content));
  }

  private Event note(String content, Tag... tags) {
    return event(alice, 1, now, content, tags);
  }

  /** An event whose parts are any JSON, hashed and signed as if they were right. */
  private static String signed(
      KeySigner by, String author, String createdAt, String kind, String tags, String content) {
    String id =
        idOf("[0,\"" + author + "\"," + String.join(",", createdAt, kind, tags, content) + "]");
    byte[] sig = by.signDigest(HexFormat.of().parseHex(id));
    return "{\"id\":\"%s\",\"pubkey\":\"%s\",\"created_at\":%s,\"kind\":%s,\"tags\":%s,\"content\":%s,\"sig\":\"%s\"}"
        .formatted(id, author, createdAt, kind, tags, content, HexFormat.of().formatHex(sig));
  }

  private static String idOf(String commitment) {
    try {
      byte[] bytes = commitment.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static Answer publish(RawRelayClient client, Event event) throws InterruptedException {
    return answer(client, "EVENT", event.id().hex(), event.toJson());
  }

  private static Answer authenticate(RawRelayClient client, Event event)
      throws InterruptedException {
    return answer(client, "AUTH", event.id().hex(), event.toJson());
  }

  private static Answer answer(RawRelayClient client, String verb, String id, String json)
      throws InterruptedException {
    client.send("[\"" + verb + "\"," + json + "]");
    JsonNode ok = client.until("OK", id).getLast();
    assertThat(ok).as("%s", ok).hasSize(4);
    assertThat(ok.path(2).isBoolean() && ok.path(3).isTextual()).as("%s", ok).isTrue();
    return new Answer(ok.path(2).booleanValue(), ok.path(3).textValue());
  }

  private static void take(RawRelayClient client, Event... events) throws InterruptedException {
    for (Event event : events) {
      assertThat(publish(client, event)).isEqualTo(new Answer(true, ""));
    }
  }

  private static void refuse(RawRelayClient client, Event event, String prefix)
      throws InterruptedException {
    Answer answer = publish(client, event);
    assertThat(answer.accepted()).as("%s %s", event.content(), answer).isFalse();
    assertThat(answer.reason()).startsWith(prefix);
  }

  /** Sends what cannot be read as an event: where its id can be, OK is the answer, else NOTICE. */
  private static void refuseUnread(RawRelayClient client, String what, String json)
      throws InterruptedException {
    client.send("[\"EVENT\"," + json + "]");
    JsonNode answer = client.next();
    assertThat(answer.path(0).asText()).as("%s: %s", what, answer).isIn("OK", "NOTICE");
    if (answer.path(0).asText().equals("OK")) {
      assertThat(answer.path(2).booleanValue()).as("%s: %s", what, answer).isFalse();
      assertThat(answer.path(3).asText()).as(what).startsWith("invalid:");
    }
  }

  private static String req(String id, Filter... filters) {
    return "[\"REQ\",\""
        + id
        + "\","
        + String.join(",", Stream.of(filters).map(Filter::toJson).toList())
        + "]";
  }

  /** Subscribes; what is stored. */
  private static List<Event> subscribe(RawRelayClient client, String id, Filter... filters)
      throws InterruptedException {
    client.send(req(id, filters));
    return deliveries(client.until("EOSE", id), id);
  }

  private static List<Event> query(RawRelayClient client, Filter... filters)
      throws InterruptedException {
    List<Event> found = subscribe(client, "q", filters);
    client.send("[\"CLOSE\",\"q\"]");
    return found;
  }

  /** What has come for a subscription since the last answer that was waited for. */
  private static List<Event> live(RawRelayClient client, String id) throws InterruptedException {
    return deliveries(fence(client), id);
  }

  /** Every frame that was sent before this was asked for. */
  private static List<JsonNode> fence(RawRelayClient client) throws InterruptedException {
    client.send("[\"REQ\",\"fence\",{\"ids\":[\"" + NO_ID + "\"],\"limit\":0}]");
    List<JsonNode> frames = client.until("EOSE", "fence");
    client.send("[\"CLOSE\",\"fence\"]");
    return frames;
  }

  private static List<Event> deliveries(List<JsonNode> frames, String id) {
    return frames.stream()
        .filter(frame -> frame.path(0).asText().equals("EVENT"))
        .filter(frame -> frame.path(1).asText().equals(id))
        .map(frame -> Event.parse(frame.path(2).toString()))
        .toList();
  }

  /** Says it; the verb of the one answer. */
  private static String verb(RawRelayClient client, String frame) throws InterruptedException {
    client.send(frame);
    return client.next().path(0).asText();
  }

  private static Event[] byId(Event... events) {
    return Stream.of(events).sorted(Comparator.comparing(Event::id)).toArray(Event[]::new);
  }

  // NIP-01: publishing

  @Test
  void ok_names_the_event_and_says_whether_it_was_taken() throws Exception {
    RawRelayClient client = connect();
    Event right = note("right");
    Event wrong = Event.parse(note("wrong").toJson().replace("wrong", "other"));
    client.send("[\"EVENT\"," + right.toJson() + "]");
    assertThat(client.next()).isEqualTo(JSON.readTree("[\"OK\",\"" + right.id() + "\",true,\"\"]"));
    client.send("[\"EVENT\"," + wrong.toJson() + "]");
    JsonNode refusal = client.next();
    assertThat(refusal.path(0).asText()).isEqualTo("OK");
    assertThat(refusal.path(1).asText()).isEqualTo(wrong.id().hex());
    assertThat(refusal.path(2).booleanValue()).isFalse();
    assertThat(refusal.path(3).asText()).startsWith("invalid:");
  }

  @Test
  void every_event_of_many_sent_at_once_has_its_answer() throws Exception {
    RawRelayClient client = connect();
    Event gone = note("gone");
    take(client, event(alice, 5, now, "", Tag.of("e", gone.id().hex())));
    Event forged = Event.parse(note("wrong").toJson().replace("wrong", "other"));
    Event right = note("right");
    for (int i = 0; i < 10; i++) {
      for (Event event : List.of(gone, forged, right)) {
        client.send("[\"EVENT\"," + event.toJson() + "]");
      }
    }
    Map<String, List<Boolean>> answers = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      JsonNode ok = client.next();
      answers
          .computeIfAbsent(ok.path(1).asText(), _ -> new ArrayList<>())
          .add(ok.path(2).booleanValue());
    }
    assertThat(answers).containsOnlyKeys(gone.id().hex(), forged.id().hex(), right.id().hex());
    assertThat(answers.get(gone.id().hex())).hasSize(10).containsOnly(false);
    assertThat(answers.get(forged.id().hex())).hasSize(10).containsOnly(false);
    assertThat(answers.get(right.id().hex())).hasSize(10).containsOnly(true);
    assertThat(query(client, Filter.kinds(1).by(alice.publicKey()))).containsExactly(right);
  }

  @Test
  void what_comes_twice_is_a_duplicate_and_delivered_once() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    subscribe(watcher, "w", Filter.any().by(alice.publicKey()));
    Event note = note("once");
    take(client, note);
    for (RawRelayClient again : List.of(client, connect())) {
      Answer answer = publish(again, note);
      assertThat(answer.accepted()).isTrue();
      assertThat(answer.reason()).startsWith("duplicate:");
    }
    assertThat(live(watcher, "w")).containsExactly(note);
    assertThat(query(client, Filter.any().by(alice.publicKey()))).containsExactly(note);
  }

  @Test
  void forgeries_are_invalid_and_reach_nobody() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    Filter everybody = Filter.any().by(alice.publicKey(), bob.publicKey());
    subscribe(watcher, "w", everybody);
    Event right = note("right", Tag.of("t", "music"));
    Event bobs = event(bob, 1, now, "right", Tag.of("t", "music"));
    String json = right.toJson();
    Map<String, String> forgeries = new LinkedHashMap<>();
    forgeries.put("an id of nothing", json.replace(right.id().hex(), anyHex()));
    forgeries.put("another's id", json.replace(right.id().hex(), bobs.id().hex()));
    forgeries.put("a signature of another key", json.replace(right.sig(), bobs.sig()));
    forgeries.put("a signature of another event", json.replace(right.sig(), note("x").sig()));
    forgeries.put("a signature of zeros", json.replace(right.sig(), "0".repeat(128)));
    forgeries.put("other content", json.replace("right", "wrong"));
    forgeries.put("another tag", json.replace("music", "talk"));
    forgeries.put("another kind", json.replace("\"kind\":1", "\"kind\":2"));
    forgeries.put("another time", json.replace(Long.toString(now), Long.toString(now - 1)));
    forgeries.put("another author", json.replace(alice.publicKey().hex(), bob.publicKey().hex()));
    forgeries.put(
        "another author, rightly hashed",
        signed(alice, bob.publicKey().hex(), "" + now, "1", "[]", "\"\""));
    forgeries.put(
        "an author who is no point of the curve",
        signed(alice, "f".repeat(64), "" + now, "1", "[]", "\"\""));
    for (Map.Entry<String, String> forgery : forgeries.entrySet()) {
      Event forged = Event.parse(forgery.getValue());
      Answer answer = publish(client, forged);
      assertThat(answer.accepted()).as(forgery.getKey()).isFalse();
      assertThat(answer.reason()).as(forgery.getKey()).startsWith("invalid:");
    }
    take(client, right);
    assertThat(live(watcher, "w")).containsExactly(right);
    assertThat(query(client, everybody)).containsExactly(right);
  }

  @Test
  void fields_of_the_wrong_type_and_out_of_range_are_refused() throws Exception {
    RawRelayClient client = connect();
    String me = alice.publicKey().hex();
    String at = Long.toString(now);
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("negative created_at", signed(alice, me, "-1", "1", "[]", "\"\""));
    wrong.put("created_at with a fraction", signed(alice, me, at + ".5", "1", "[]", "\"\""));
    wrong.put("created_at as a fraction", signed(alice, me, at + ".0", "1", "[]", "\"\""));
    wrong.put("created_at with an exponent", signed(alice, me, "1e9", "1", "[]", "\"\""));
    wrong.put("created_at as a string", signed(alice, me, "\"" + at + "\"", "1", "[]", "\"\""));
    wrong.put("created_at null", signed(alice, me, "null", "1", "[]", "\"\""));
    wrong.put("created_at of 80 bits", signed(alice, me, "9".repeat(24), "1", "[]", "\"\""));
    wrong.put("kind 65536", signed(alice, me, at, "65536", "[]", "\"\""));
    wrong.put("kind 2^32 + 1", signed(alice, me, at, "4294967297", "[]", "\"\""));
    wrong.put("negative kind", signed(alice, me, at, "-1", "[]", "\"\""));
    wrong.put("kind as a string", signed(alice, me, at, "\"1\"", "[]", "\"\""));
    wrong.put("kind with a fraction", signed(alice, me, at, "1.5", "[]", "\"\""));
    wrong.put("a number in a tag", signed(alice, me, at, "1", "[[\"t\",1]]", "\"\""));
    wrong.put("null in a tag", signed(alice, me, at, "1", "[[\"t\",null]]", "\"\""));
    wrong.put("a list in a tag", signed(alice, me, at, "1", "[[\"t\",[\"x\"]]]", "\"\""));
    wrong.put("an object in a tag", signed(alice, me, at, "1", "[[\"t\",{}]]", "\"\""));
    wrong.put("a tag that is no list", signed(alice, me, at, "1", "[\"t\"]", "\"\""));
    wrong.put("tags as an object", signed(alice, me, at, "1", "{}", "\"\""));
    wrong.put("tags null", signed(alice, me, at, "1", "null", "\"\""));
    wrong.put("content null", signed(alice, me, at, "1", "[]", "null"));
    wrong.put("content as a number", signed(alice, me, at, "1", "[]", "1"));
    wrong.put("content as an object", signed(alice, me, at, "1", "[]", "{}"));
    String upper = me.toUpperCase(Locale.ROOT);
    wrong.put("an upper-case pubkey", signed(alice, upper, at, "1", "[]", "\"\""));
    Event note = note("");
    for (String hex : List.of(note.id().hex(), note.sig())) {
      wrong.put("upper-case " + hex, note.toJson().replace(hex, hex.toUpperCase(Locale.ROOT)));
      wrong.put("a digit less: " + hex, note.toJson().replace(hex, hex.substring(1)));
      wrong.put("a digit more: " + hex, note.toJson().replace(hex, hex + "0"));
      wrong.put("no hex: " + hex, note.toJson().replace(hex, "g" + hex.substring(1)));
    }
    for (String field : List.of("id", "pubkey", "created_at", "kind", "tags", "content", "sig")) {
      wrong.put(
          "without " + field, note.toJson().replace("\"" + field + "\":", "\"no" + field + "\":"));
    }
    wrong.put("a kind twice", note.toJson().replace("\"kind\":1", "\"kind\":1,\"kind\":1"));
    for (Map.Entry<String, String> one : wrong.entrySet()) {
      refuseUnread(client, one.getKey(), one.getValue());
    }
    assertThat(fence(client)).as("one answer each").hasSize(1);
    assertThat(query(client, Filter.any().by(alice.publicKey()))).isEmpty();
  }

  @Test
  void order_white_space_and_unknown_fields_of_an_event_do_not_matter() throws Exception {
    RawRelayClient client = connect();
    Event note = note("same");
    String json =
        """
        { "extra" : {"deep": [1, 2.5, {"x": null}]}, "sig" : "%s" ,
          "content":"same", "tags" : [ ] , "kind": 1,\t"created_at": %d,
          "pubkey":"%s", "id": "%s", "seen": true }
        """
            .formatted(note.sig(), now, alice.publicKey(), note.id());
    assertThat(answer(client, "EVENT", note.id().hex(), json)).isEqualTo(new Answer(true, ""));
    assertThat(query(client, Filter.any().by(alice.publicKey()))).containsExactly(note);
  }

  @Test
  void times_from_the_first_second_to_a_quarter_of_an_hour_ahead_are_taken() throws Exception {
    RawRelayClient client = connect();
    Event first = event(alice, 1, 0, "1970");
    Event soon = event(alice, 1, now + 14 * 60, "in 14 minutes");
    take(client, first, soon);
    refuse(client, event(alice, 1, now + 16 * 60, "in 16 minutes"), "invalid:");
    refuse(client, event(alice, 1, Long.MAX_VALUE, "never"), "invalid:");
    assertThat(query(client, Filter.any().by(alice.publicKey()))).containsExactly(soon, first);
    assertThat(query(client, Filter.any().by(alice.publicKey()).until(0))).containsExactly(first);
  }

  @Test
  void two_thousand_tags_and_64_kib_are_the_most_of_an_event() throws Exception {
    RawRelayClient client = connect();
    Tag[] tags = IntStream.range(0, 2_001).mapToObj(i -> Tag.of("t", "" + i)).toArray(Tag[]::new);
    refuse(client, note("over", tags), "invalid:");
    tags[2_000] = Tag.of("t", "0");
    Event most = event(alice, 1, now, "most", Stream.of(tags).limit(2_000).toArray(Tag[]::new));
    take(client, most);
    assertThat(query(client, Filter.any().by(alice.publicKey()).tagged("t", "1999")))
        .singleElement()
        .satisfies(found -> assertThat(found.tags()).isEqualTo(most.tags()));

    int room = (64 << 10) - event(bob, 1, now, "").toJson().length();
    Event largest = event(bob, 1, now, "x".repeat(room));
    take(client, largest);
    refuse(client, event(bob, 1, now, "x".repeat(room + 1)), "invalid:");
    refuse(client, event(bob, 1, now, "é".repeat(room / 2 + 1)), "invalid:");
    assertThat(query(client, Filter.any().by(bob.publicKey()))).containsExactly(largest);
  }

  @Test
  void an_event_with_proof_of_work_is_an_event() throws Exception {
    RawRelayClient client = connect();
    int nonce = 0;
    Event mined;
    do { // NIP-13: four leading zero bits
      mined = note("mined", Tag.of("nonce", Integer.toString(nonce++), "4"));
    } while (mined.id().hex().charAt(0) != '0');
    take(client, mined);
    assertThat(query(client, Filter.any().by(alice.publicKey()))).containsExactly(mined);
    take(client, note("boasting", Tag.of("nonce", "0", "200")));
  }

  // NIP-01: text

  @Test
  void text_comes_back_as_it_was_signed() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    subscribe(watcher, "w", Filter.any().by(alice.publicKey()));
    StringBuilder controls = new StringBuilder();
    for (char c = 0; c < ' '; c++) {
      controls.append(c);
    }
    List<Event> events = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " \"quoted\" \\back\\\\slash\\ ",
            "\b\f\n\r\t",
            controls.toString(),
            "nul\0in between",
            "del\u007f nel\u0085 nbsp\u00a0 bom\ufeff",
            "line\u2028paragraph\u2029",
            "😀 👩‍👩‍👧‍👦 🇩🇪 \udbff\udfff \ufffe\uffff",
            "e\u0301 is not é, ﷺ \u202e right to left",
            "</script> \\u0041 \\n %s {} ' ; --")) {
      events.add(event(alice, 1, now - events.size(), text, Tag.of("t", text), Tag.of(text, "")));
    }
    take(client, events.toArray(Event[]::new));
    List<Event> stored = query(client, Filter.any().by(alice.publicKey()));
    assertThat(stored).containsExactlyElementsOf(events);
    List<Event> live = live(watcher, "w");
    assertThat(live).containsExactlyElementsOf(events);
    for (int i = 0; i < events.size(); i++) {
      for (Event back : List.of(stored.get(i), live.get(i))) {
        assertThat(back.content()).isEqualTo(events.get(i).content());
        assertThat(back.tags()).isEqualTo(events.get(i).tags());
        assertThat(back.verify()).isTrue();
      }
      assertThat(
              query(
                  client, Filter.any().by(alice.publicKey()).tagged("t", events.get(i).content())))
          .as("found by its tag")
          .containsExactly(events.get(i));
    }
  }

  @Test
  void the_id_is_that_of_the_escapes_of_nip_01_however_the_event_is_written() throws Exception {
    RawRelayClient client = connect();
    String content = "\"\\\"\\\\\\b\\f\\n\\r\\t\u007f\u2028😀/A\"";
    String json = signed(alice, alice.publicKey().hex(), "" + now, "1", "[]", content);
    String id = Event.parse(json).id().hex();
    String otherwise =
        "\"\\u0022\\u005C\\u0008\\u000c\\u000a\\u000d\\u0009\\u007f\\u2028\\ud83d\\ude00\\/\\u0041\"";
    String same = json.replace(content, otherwise);
    assertThat(same).isNotEqualTo(json);
    assertThat(answer(client, "EVENT", id, same)).isEqualTo(new Answer(true, ""));
    assertThat(query(client, Filter.any().by(alice.publicKey())))
        .singleElement()
        .satisfies(found -> assertThat(found.content()).isEqualTo("\"\\\b\f\n\r\t\u007f\u2028😀/A"))
        .matches(Event::verify);
  }

  @Test
  void unpaired_surrogates_are_refused() throws Exception {
    RawRelayClient client = connect();
    String me = alice.publicKey().hex();
    for (String text : List.of("\"\\ud800\"", "\"\\udc00\"", "\"\\ude00\\ud83d\"")) {
      refuseUnread(client, "content " + text, signed(alice, me, "" + now, "1", "[]", text));
      refuseUnread(
          client,
          "tag " + text,
          signed(alice, me, "" + now, "1", "[[\"t\"," + text + "]]", "\"\""));
      Event question = note("?");
      refuseUnread(client, "of the replaced " + text, question.toJson().replace("\"?\"", text));
    }
    assertThat(fence(client)).as("one answer each").hasSize(1);
    assertThat(query(client, Filter.any().by(alice.publicKey()))).isEmpty();
  }

  // NIP-01: frames

  @Test
  void nonsense_gets_an_answer_and_the_connection_goes_on() throws Exception {
    RawRelayClient client = connect();
    for (String frame :
        List.of(
            "",
            " ",
            "hello",
            "null",
            "7",
            "\"EVENT\"",
            "{}",
            "{\"0\":\"REQ\"}",
            "[]",
            "[",
            "[1,2]",
            "[null]",
            "[[\"REQ\"]]",
            "[\"\"]",
            "[\"NEWS\",{}]",
            "[\"event\",{}]",
            "[\"OK\",\"x\",true,\"\"]",
            "[\"EVENT\"]",
            "[\"EVENT\",null]",
            "[\"EVENT\",[]]",
            "[\"EVENT\",\"x\"]",
            "[\"EVENT\",{}]",
            "[\"EVENT\",{\"id\":1}]",
            "[\"EVENT\"," + note("cut").toJson(),
            "[\"EVENT\"," + note("followed").toJson() + "] []",
            "['EVENT']",
            "[\"REQ\"]",
            "[\"REQ\",\"x\"]",
            "[\"REQ\",\"x\",[]]",
            "[\"REQ\",\"x\",null]",
            "[\"REQ\",\"x\",{}",
            "[\"REQ\",\"x\",{},]",
            "[\"CLOSE\"]",
            "[\"CLOSE\",{}]",
            "[\"AUTH\"]",
            "[\"AUTH\",{}]",
            "[\"COUNT\"]")) {
      assertThat(verb(client, frame)).as(frame).isIn("NOTICE", "CLOSED", "OK");
    }
    assertThat(fence(client)).as("one answer each").hasSize(1);
    assertThat(query(client, Filter.any().by(alice.publicKey()))).isEmpty();
  }

  @Test
  void deep_nesting_gets_an_answer_and_the_connection_goes_on() throws Exception {
    RawRelayClient client = connect();
    for (int depth : new int[] {20, 1_000, 50_000}) {
      String deep = "[".repeat(depth) + "]".repeat(depth);
      assertThat(verb(client, deep)).isEqualTo("NOTICE");
      assertThat(verb(client, "[\"EVENT\",{\"tags\":" + deep + "}]")).isEqualTo("NOTICE");
      assertThat(verb(client, "[\"EVENT\",{\"extra\":" + deep + "}]")).isEqualTo("NOTICE");
      assertThat(verb(client, "[\"REQ\",\"x\",{\"kinds\":" + deep + "}]")).isIn("NOTICE", "CLOSED");
      assertThat(verb(client, "[\"NEWS\"," + deep + "]")).isEqualTo("NOTICE");
    }
    take(client, note("still here"));
  }

  @Test
  void a_frame_over_128_kib_is_refused_and_nobody_else_notices() throws Exception {
    RawRelayClient other = connect();
    subscribe(other, "w", Filter.any().by(alice.publicKey()));
    int limit = 128 << 10;
    RawRelayClient within = connect();
    assertThat(verb(within, "[\"NEWS\",\"" + "x".repeat(limit - 11) + "\"]")).isEqualTo("NOTICE");
    for (int size : new int[] {limit + 1, 4 * limit, 32 * limit}) {
      RawRelayClient client = connect();
      assertThat(verb(client, "[\"NEWS\",\"" + "x".repeat(size - 11) + "\"]"))
          .as("%s", size)
          .isIn("NOTICE", RawRelayClient.GONE);
      Event note = note("beside " + size);
      take(within, note);
      assertThat(live(other, "w")).containsExactly(note);
    }
  }

  @Test
  void a_frame_that_announces_itself_too_large_ends_its_connection() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
      socket.setSoTimeout(5_000);
      String opening =
          String.join(
              "\r\n",
              "GET /relay HTTP/1.1",
              "Host: 127.0.0.1:" + server.httpPort(),
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
              "",
              "");
      socket.getOutputStream().write(opening.getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes(12);
      assertThat(new String(status, StandardCharsets.US_ASCII)).endsWith("101");
      byte[] masked = {(byte) 0x81, (byte) 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
      socket.getOutputStream().write(masked); // RFC 6455, section 5.2: a text of 4 GiB
      assertThat(ends(socket)).isTrue();
    }
    take(connect(), note("others are served"));
  }

  private static boolean ends(Socket socket) throws IOException {
    try {
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException reset) {
      return true;
    }
  }

  // NIP-01: queries

  @Test
  void stored_events_come_first_and_then_eose() throws Exception {
    RawRelayClient client = connect();
    Event old = event(alice, 1, now - 1, "old");
    Event young = note("young");
    take(client, old, young);
    client.send(req("s", Filter.any().by(alice.publicKey())));
    List<JsonNode> frames = client.until("EOSE", "s");
    assertThat(frames).hasSize(3);
    assertThat(deliveries(frames, "s")).containsExactly(young, old);
    assertThat(frames.getLast()).isEqualTo(JSON.readTree("[\"EOSE\",\"s\"]"));
    client.send(req("empty", Filter.any().by(bob.publicKey())));
    assertThat(client.next()).as("of nothing").isEqualTo(JSON.readTree("[\"EOSE\",\"empty\"]"));
  }

  private record Search(String by, Filter filter, List<Event> found) {}

  @Test
  void events_are_found_by_what_describes_them_stored_and_live() throws Exception {
    String thread = anyHex();
    String somebody = anyHex();
    String topic = "topic " + anyHex();
    String stream = "30311:" + somebody + ":x";
    String draft = "draft " + anyHex();
    Event note =
        note(
            "note",
            Tag.of("e", thread, "wss://hint.example", "root"),
            Tag.of("p", somebody),
            Tag.of("a", stream),
            Tag.of("t", "other " + topic),
            Tag.of("t", topic, "second value"));
    Event article = event(alice, 30_023, now - 1, "article", Tag.of("d", draft));
    Event like = event(bob, 7, now - 2, "+", Tag.of("e", thread), Tag.of("p", anyHex()));
    Filter any = Filter.any();
    Filter alices = any.by(alice.publicKey());
    Filter both = any.by(alice.publicKey(), bob.publicKey());
    List<Search> searches =
        List.of(
            new Search("id", any.withIds(Set.of(note.id())), List.of(note)),
            new Search("ids", any.withIds(Set.of(like.id(), note.id())), List.of(note, like)),
            new Search("author", alices, List.of(note, article)),
            new Search("authors", both, List.of(note, article, like)),
            new Search("author, kind", alices.withKinds(Set.of(1)), List.of(note)),
            new Search("kinds", both.withKinds(Set.of(7, 30_023)), List.of(article, like)),
            new Search("#e", any.tagged("e", thread), List.of(note, like)),
            new Search("#e, kind", any.tagged("e", thread).withKinds(Set.of(7)), List.of(like)),
            new Search("#p", any.tagged("p", somebody, NO_ID), List.of(note)),
            new Search("#a", any.tagged("a", stream), List.of(note)),
            new Search("#t", any.tagged("t", topic), List.of(note)),
            new Search("#t, #p", any.tagged("t", topic).tagged("p", NO_ID), List.of()),
            new Search("#T", alices.tagged("T", topic), List.of()),
            new Search("second value", alices.tagged("t", "second value"), List.of()),
            new Search("a part", alices.tagged("t", "topic"), List.of()),
            new Search("#d", any.tagged("d", draft), List.of(article)),
            new Search("another's", any.by(bob.publicKey()).tagged("d", draft), List.of()),
            new Search(
                "all at once",
                any.withIds(Set.of(note.id(), like.id()))
                    .by(alice.publicKey())
                    .withKinds(Set.of(1, 7))
                    .tagged("e", thread)
                    .tagged("p", somebody)
                    .tagged("a", stream)
                    .tagged("t", topic)
                    .since(now)
                    .until(now),
                List.of(note)));
    RawRelayClient watcher = connect();
    for (int i = 0; i < searches.size(); i++) {
      subscribe(watcher, "s" + i, searches.get(i).filter());
    }
    RawRelayClient client = connect();
    take(client, note, article, like);
    List<JsonNode> live = fence(watcher);
    for (int i = 0; i < searches.size(); i++) {
      Search search = searches.get(i);
      assertThat(query(client, search.filter()))
          .as("stored, by " + search.by())
          .containsExactlyElementsOf(search.found());
      assertThat(deliveries(live, "s" + i))
          .as("live, by " + search.by())
          .containsExactlyElementsOf(search.found());
    }
  }

  @Test
  void several_filters_are_joined_by_or_and_an_event_comes_once() throws Exception {
    Event note = note("note", Tag.of("t", "x"));
    Event like = event(bob, 7, now - 1, "+");
    Event other = event(bob, 1, now - 2, "other");
    Filter[] filters = {
      Filter.kinds(1).by(alice.publicKey()),
      Filter.any().by(alice.publicKey()).tagged("t", "x"),
      Filter.any().withIds(Set.of(note.id(), like.id())),
      Filter.kinds(7).by(bob.publicKey())
    };
    RawRelayClient watcher = connect();
    subscribe(watcher, "w", filters);
    RawRelayClient client = connect();
    take(client, note, other, like);
    assertThat(query(client, filters)).containsExactly(note, like);
    assertThat(live(watcher, "w")).containsExactly(note, like);
  }

  @Test
  void a_part_of_an_id_or_key_and_upper_case_match_nothing() throws Exception {
    RawRelayClient client = connect();
    Event note = note("note");
    take(client, note);
    List<String> filters = new ArrayList<>();
    for (int digits : new int[] {0, 1, 8, 63}) {
      filters.add("{\"ids\":[\"" + note.id().hex().substring(0, digits) + "\"]}");
      filters.add("{\"authors\":[\"" + alice.publicKey().hex().substring(0, digits) + "\"]}");
    }
    filters.add("{\"ids\":[\"" + note.id().hex().toUpperCase(Locale.ROOT) + "\"]}");
    filters.add("{\"authors\":[\"" + alice.publicKey().hex().toUpperCase(Locale.ROOT) + "\"]}");
    filters.add("{\"ids\":[]}");
    for (String filter : filters) {
      assertThat(verb(client, "[\"REQ\",\"part\"," + filter + "]"))
          .as(filter)
          .isIn("EOSE", "CLOSED");
    }
    assertThat(query(client, Filter.any().withIds(Set.of(note.id())))).containsExactly(note);
  }

  @Test
  void since_and_until_include_their_second_stored_and_live() throws Exception {
    RawRelayClient watcher = connect();
    Filter alices = Filter.any().by(alice.publicKey());
    subscribe(watcher, "since", alices.since(now));
    subscribe(watcher, "until", alices.until(now));
    subscribe(watcher, "both", alices.since(now).until(now));
    subscribe(watcher, "neither", alices.since(now + 1).until(now - 1));
    RawRelayClient client = connect();
    Event before = event(alice, 1, now - 1, "before");
    Event at = event(alice, 1, now, "at");
    Event after = event(alice, 1, now + 1, "after");
    take(client, before, at, after);
    assertThat(query(client, alices.since(now))).containsExactly(after, at);
    assertThat(query(client, alices.until(now))).containsExactly(at, before);
    assertThat(query(client, alices.since(now).until(now))).containsExactly(at);
    assertThat(query(client, alices.since(now + 1).until(now - 1))).isEmpty();
    List<JsonNode> live = fence(watcher);
    assertThat(deliveries(live, "since")).containsExactly(at, after);
    assertThat(deliveries(live, "until")).containsExactly(before, at);
    assertThat(deliveries(live, "both")).containsExactly(at);
    assertThat(deliveries(live, "neither")).isEmpty();
  }

  @Test
  void limit_takes_the_newest_and_of_a_second_the_lowest_ids() throws Exception {
    RawRelayClient client = connect();
    Event oldest = event(alice, 1, now - 9, "oldest");
    Event newest = event(alice, 7, now, "newest");
    Event[] tied =
        byId(
            event(alice, 1, now - 5, "a"),
            event(alice, 1, now - 5, "b"),
            event(alice, 1, now - 5, "c"));
    take(client, tied[1], oldest, tied[2], newest, tied[0]);
    Filter alices = Filter.any().by(alice.publicKey());
    assertThat(query(client, alices)).containsExactly(newest, tied[0], tied[1], tied[2], oldest);
    assertThat(query(client, alices.limit(1))).containsExactly(newest);
    assertThat(query(client, alices.limit(3))).containsExactly(newest, tied[0], tied[1]);
    assertThat(query(client, alices.limit(100))).hasSize(5);
    assertThat(query(client, alices.until(now - 5).limit(1))).containsExactly(tied[0]);
    assertThat(
            query(
                client,
                alices.withKinds(Set.of(7)).limit(1),
                Filter.kinds(1).by(alice.publicKey()).limit(2)))
        .as("each filter has its own")
        .containsExactly(newest, tied[0], tied[1]);
  }

  @Test
  void a_limit_is_of_the_stored_events_alone() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    take(client, event(alice, 1, now - 3, "older"));
    Event stored = event(alice, 1, now - 2, "stored");
    take(client, stored);
    Filter alices = Filter.any().by(alice.publicKey());
    assertThat(subscribe(watcher, "none", alices.limit(0))).isEmpty();
    assertThat(subscribe(watcher, "one", alices.limit(1))).containsExactly(stored);
    Event first = event(alice, 1, now - 1, "first");
    Event second = note("second");
    take(client, first, second);
    List<JsonNode> live = fence(watcher);
    assertThat(deliveries(live, "none")).containsExactly(first, second);
    assertThat(deliveries(live, "one")).containsExactly(first, second);
  }

  @Test
  void a_filter_that_is_not_understood_is_closed_rather_than_widened() throws Exception {
    RawRelayClient client = connect();
    take(client, note("note"));
    String author = "\"authors\":[\"" + alice.publicKey() + "\"]";
    for (String filter :
        List.of(
            "{" + author + ",\"colour\":\"blue\"}",
            "{" + author + ",\"#topic\":[\"x\"]}",
            "{" + author + ",\"kinds\":1}",
            "{" + author + ",\"kinds\":[\"1\"]}",
            "{" + author + ",\"kinds\":[1.5]}",
            "{" + author + ",\"kinds\":[-1]}",
            "{" + author + ",\"#t\":\"x\"}",
            "{" + author + ",\"#t\":[1]}",
            "{" + author + ",\"since\":\"1\"}",
            "{" + author + ",\"since\":-1}",
            "{" + author + ",\"until\":1.5}",
            "{" + author + ",\"limit\":-1}",
            "{" + author + ",\"limit\":\"1\"}",
            "{" + author + ",\"limit\":null}",
            "{\"authors\":\"" + alice.publicKey() + "\"}",
            "{\"authors\":[null]}",
            "{\"ids\":[1]}")) {
      client.send("[\"REQ\",\"odd\"," + filter + "]");
      JsonNode answer = client.next();
      assertThat(answer.path(0).asText()).as("%s: %s", filter, answer).isEqualTo("CLOSED");
      assertThat(answer.path(1).asText()).isEqualTo("odd");
      assertThat(answer.path(2).asText()).as("prefix, colon, words").matches("[a-z-]+: .+");
    }
    take(client, note("unheard"));
    assertThat(live(client, "odd")).isEmpty();
  }

  @Test
  void what_is_closed_is_closed_under_its_own_id_whatever_that_is() throws Exception {
    RawRelayClient client = connect();
    for (String id : List.of("sub:1.a_b-c", "with blanks", "\"\\/", "日本😀", "x".repeat(64))) {
      client.send(
          JSON.createArrayNode().add("REQ").add(id).add(JSON.readTree("{\"x\":1}")).toString());
      JsonNode answer = client.next();
      assertThat(answer.path(0).asText()).as("%s: %s", id, answer).isEqualTo("CLOSED");
      assertThat(answer.path(1).asText()).isEqualTo(id);
    }
  }

  // NIP-01: subscriptions

  @Test
  void live_events_follow_from_everybody_until_close() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient other = connect();
    assertThat(subscribe(client, "s", Filter.any().by(alice.publicKey()))).isEmpty();
    Event own = note("own");
    Event others = note("other's");
    take(client, own);
    take(other, others, event(bob, 1, now, "not asked for"));
    List<JsonNode> frames = fence(client);
    assertThat(deliveries(frames, "s")).as("own came before its OK").containsExactly(others);
    client.send("[\"CLOSE\",\"s\"]");
    fence(client);
    take(other, note("after"));
    assertThat(live(client, "s")).isEmpty();
    client.send("[\"CLOSE\",\"s\"]");
    client.send("[\"CLOSE\",\"never opened\"]");
    assertThat(fence(client)).as("closing what is not there says nothing").hasSize(1);
  }

  @Test
  void a_publisher_hears_its_own_event() throws Exception {
    RawRelayClient client = connect();
    subscribe(client, "s", Filter.any().by(alice.publicKey()));
    Event own = note("own");
    client.send("[\"EVENT\"," + own.toJson() + "]");
    List<JsonNode> frames = fence(client);
    assertThat(deliveries(frames, "s")).containsExactly(own);
    assertThat(frames).extracting(frame -> frame.path(0).asText()).contains("OK");
  }

  @Test
  void a_req_with_the_same_id_replaces() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    Event stored = event(bob, 1, now - 1, "stored");
    take(client, stored);
    assertThat(subscribe(watcher, "s", Filter.any().by(alice.publicKey()))).isEmpty();
    assertThat(subscribe(watcher, "s", Filter.any().by(bob.publicKey()))).containsExactly(stored);
    Event live = event(bob, 1, now, "live");
    take(client, note("of the first"), live);
    assertThat(live(watcher, "s")).containsExactly(live);
    assertThat(subscribe(watcher, "s", Filter.any().by(bob.publicKey())))
        .as("the same filter again, from the beginning")
        .containsExactly(live, stored);
  }

  @Test
  void a_subscription_id_belongs_to_its_connection() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient one = connect();
    RawRelayClient two = connect();
    subscribe(one, "s", Filter.any().by(alice.publicKey()));
    subscribe(two, "s", Filter.any().by(bob.publicKey()));
    Event alices = note("alice's");
    Event bobs = event(bob, 1, now, "bob's");
    take(client, alices, bobs);
    assertThat(live(one, "s")).containsExactly(alices);
    assertThat(live(two, "s")).containsExactly(bobs);
    one.send("[\"CLOSE\",\"s\"]");
    fence(one);
    Event more = event(bob, 1, now, "more");
    take(client, more);
    assertThat(live(two, "s")).containsExactly(more);
  }

  @Test
  void a_subscription_id_has_one_to_64_characters_of_any_kind() throws Exception {
    RawRelayClient client = connect();
    Event note = note("note");
    take(client, note);
    JsonNode filter = JSON.readTree(Filter.any().by(alice.publicKey()).toJson());
    for (String id : List.of("1", "x".repeat(64), "a b", "\"\\\n", "日本😀", "__proto__")) {
      client.send(JSON.createArrayNode().add("REQ").add(id).add(filter).toString());
      assertThat(deliveries(client.until("EOSE", id), id)).as(id).containsExactly(note);
      client.send(JSON.createArrayNode().add("CLOSE").add(id).toString());
    }
    for (String id : List.of("\"\"", "\"" + "x".repeat(65) + "\"", "1", "null", "{}", "[\"x\"]")) {
      assertThat(verb(client, "[\"REQ\"," + id + "," + filter + "]"))
          .as(id)
          .isIn("CLOSED", "NOTICE");
    }
  }

  @Test
  void twenty_subscriptions_of_a_connection_and_ten_filters_of_a_subscription() throws Exception {
    RawRelayClient client = connect();
    Filter filter = Filter.any().by(alice.publicKey());
    for (int i = 0; i < 20; i++) {
      subscribe(client, "s" + i, filter);
    }
    client.send(req("one more", filter));
    JsonNode answer = client.next();
    assertThat(answer.path(0).asText()).isEqualTo("CLOSED");
    assertThat(answer.path(1).asText()).isEqualTo("one more");
    subscribe(client, "s19", filter);
    client.send("[\"CLOSE\",\"s7\"]");
    subscribe(client, "one more", filter);
    subscribe(connect(), "elsewhere", filter);

    RawRelayClient other = connect();
    Filter[] filters = Collections.nCopies(11, filter).toArray(Filter[]::new);
    other.send(req("f", filters));
    answer = other.next();
    assertThat(answer.path(0).asText()).isEqualTo("CLOSED");
    assertThat(answer.path(1).asText()).isEqualTo("f");
    subscribe(other, "f", Collections.nCopies(10, filter).toArray(Filter[]::new));
  }

  @Test
  void no_event_is_lost_or_comes_twice_where_stored_ones_end_and_live_ones_begin()
      throws Exception {
    RawRelayClient client = connect();
    List<Event> events =
        IntStream.range(0, 100).mapToObj(i -> event(alice, 1, now - i, "" + i)).toList();
    for (Event event : events) {
      client.send("[\"EVENT\"," + event.toJson() + "]");
    }
    client.until("OK", events.get(9).id().hex());
    RawRelayClient watcher = connect();
    List<Event> heard =
        new ArrayList<>(subscribe(watcher, "w", Filter.any().by(alice.publicKey())));
    client.until("OK", events.get(99).id().hex());
    heard.addAll(live(watcher, "w"));
    assertThat(heard).containsExactlyInAnyOrderElementsOf(events);
  }

  // NIP-01: replaceable, addressable and ephemeral events

  @Test
  void of_a_replaceable_kind_an_authors_newest_stays() throws Exception {
    RawRelayClient client = connect();
    for (int kind : new int[] {0, 3, 10_002}) {
      Event old = event(alice, kind, now - 2, "old");
      Event middle = event(alice, kind, now - 1, "middle", Tag.of("d", "is of no importance"));
      Event young = event(alice, kind, now, "young");
      Event bobs = event(bob, kind, now - 9, "bob's");
      take(client, bobs, old, young);
      assertThat(publish(client, middle).accepted()).as("kind %s, older", kind).isFalse();
      assertThat(publish(client, old).accepted()).as("kind %s, replaced", kind).isFalse();
      assertThat(query(client, Filter.kinds(kind).by(alice.publicKey(), bob.publicKey())))
          .containsExactly(young, bobs);
      assertThat(query(client, Filter.any().withIds(Set.of(old.id(), middle.id())))).isEmpty();
    }
    assertThat(query(client, Filter.any().by(alice.publicKey()))).as("a kind each").hasSize(3);
    Event one = event(alice, 1, now - 1, "a note");
    Event two = event(alice, 1, now, "and another");
    take(client, one, two);
    assertThat(query(client, Filter.kinds(1).by(alice.publicKey())))
        .as("regular events replace nothing")
        .containsExactly(two, one);
  }

  @Test
  void of_a_second_the_lowest_id_stays_whichever_came_first() throws Exception {
    RawRelayClient client = connect();
    for (int kind : new int[] {0, 3, 10_002, 30_311}) {
      Event[] alices =
          byId(
              event(alice, kind, now, "a", Tag.of("d", "x")),
              event(alice, kind, now, "b", Tag.of("d", "x")));
      take(client, alices[0]);
      assertThat(publish(client, alices[1]).accepted()).as("kind %s", kind).isFalse();
      assertThat(query(client, Filter.kinds(kind).by(alice.publicKey())))
          .containsExactly(alices[0]);
      Event[] bobs =
          byId(
              event(bob, kind, now, "a", Tag.of("d", "x")),
              event(bob, kind, now, "b", Tag.of("d", "x")));
      take(client, bobs[1], bobs[0]);
      assertThat(query(client, Filter.kinds(kind).by(bob.publicKey()))).containsExactly(bobs[0]);
    }
  }

  @Test
  void of_an_addressable_kind_the_newest_of_author_and_d_stays() throws Exception {
    RawRelayClient client = connect();
    for (int kind : new int[] {30_023, 30_311}) {
      Event old = event(alice, kind, now - 5, "old", Tag.of("d", "x"));
      Event young = event(alice, kind, now, "young", Tag.of("d", "x"), Tag.of("d", "y"));
      Event elsewhere = event(alice, kind, now - 6, "elsewhere", Tag.of("d", "y"));
      Event upper = event(alice, kind, now - 7, "upper", Tag.of("d", "X"));
      Event bobs = event(bob, kind, now - 8, "bob's", Tag.of("d", "x"));
      take(client, old, elsewhere, upper, bobs, young);
      assertThat(publish(client, old).accepted()).isFalse();
      assertThat(query(client, Filter.kinds(kind).by(alice.publicKey(), bob.publicKey())))
          .containsExactly(young, elsewhere, upper, bobs);
    }
    assertThat(query(client, Filter.any().by(alice.publicKey()).tagged("d", "x"))).hasSize(2);
  }

  @Test
  void a_missing_d_is_an_empty_one() throws Exception {
    RawRelayClient client = connect();
    Event named = event(alice, 30_023, now - 9, "named", Tag.of("d", "x"));
    Event missing = event(alice, 30_023, now - 3, "missing");
    Event empty = event(alice, 30_023, now - 2, "empty", Tag.of("d", ""));
    Event bare = event(alice, 30_023, now - 1, "bare", Tag.of("d"));
    Event again = event(alice, 30_023, now, "missing again");
    take(client, named);
    for (Event event : List.of(missing, empty, bare, again)) {
      take(client, event);
      assertThat(query(client, Filter.any().by(alice.publicKey()))).containsExactly(event, named);
    }
    assertThat(publish(client, empty).accepted()).isFalse();
  }

  @Test
  void watchers_hear_of_the_new_version_and_not_of_a_refused_one() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    subscribe(watcher, "w", Filter.any().by(alice.publicKey()));
    Event first = event(alice, 30_311, now - 2, "first", Tag.of("d", "x"));
    Event older = event(alice, 30_311, now - 3, "older", Tag.of("d", "x"));
    Event second = event(alice, 30_311, now - 1, "second", Tag.of("d", "x"));
    take(client, first);
    assertThat(publish(client, older).accepted()).isFalse();
    take(client, second);
    assertThat(live(watcher, "w")).containsExactly(first, second);
  }

  @Test
  void ephemeral_events_are_passed_on_and_not_kept() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    subscribe(watcher, "w", Filter.any().by(alice.publicKey()));
    Event first = event(alice, 20_001, now, "first");
    Event last = event(alice, 29_999, now, "last of the range");
    take(client, first, last);
    assertThat(live(watcher, "w")).containsExactly(first, last);
    assertThat(query(client, Filter.any().by(alice.publicKey()))).isEmpty();
    assertThat(query(client, Filter.any().withIds(Set.of(first.id(), last.id())))).isEmpty();
  }

  // NIP-09

  @Test
  void a_deletion_takes_its_authors_events_and_nobody_elses() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    Event mine = note("mine");
    Event other = note("not named");
    Event bobs = event(bob, 1, now, "bob's");
    take(client, mine, other, bobs);
    subscribe(watcher, "w", Filter.kinds(5).by(alice.publicKey()));
    Event deletion =
        event(
            alice,
            5,
            now,
            "sorry",
            Tag.of("e", mine.id().hex()),
            Tag.of("e", bobs.id().hex()),
            Tag.of("e", "no id"),
            Tag.of("k", "1"));
    take(client, deletion);
    assertThat(query(client, Filter.kinds(1).by(alice.publicKey(), bob.publicKey())))
        .containsExactlyInAnyOrder(other, bobs);
    assertThat(query(client, Filter.any().withIds(Set.of(mine.id())))).isEmpty();
    assertThat(live(watcher, "w")).as("clients have to know").containsExactly(deletion);
    assertThat(query(client, Filter.kinds(5).by(alice.publicKey()))).containsExactly(deletion);
    Answer again = publish(client, bobs);
    assertThat(again.accepted()).as("bob's is still here").isTrue();
    assertThat(again.reason()).startsWith("duplicate:");
  }

  @Test
  void what_is_deleted_does_not_come_back() throws Exception {
    RawRelayClient client = connect();
    Event gone = note("gone");
    Event unseen = note("deleted before it came");
    Event bobs = event(bob, 1, now, "bob's, not deleted by alice");
    take(client, gone);
    take(
        client,
        event(
            alice,
            5,
            now,
            "",
            Tag.of("e", gone.id().hex()),
            Tag.of("e", unseen.id().hex()),
            Tag.of("e", bobs.id().hex())));
    RawRelayClient watcher = connect();
    subscribe(watcher, "w", Filter.any().by(alice.publicKey(), bob.publicKey()));
    assertThat(publish(client, gone).accepted()).isFalse();
    assertThat(publish(client, unseen).accepted()).isFalse();
    take(client, bobs);
    assertThat(live(watcher, "w")).containsExactly(bobs);
    assertThat(query(client, Filter.kinds(1).by(alice.publicKey(), bob.publicKey())))
        .containsExactly(bobs);
  }

  @Test
  void a_deletion_of_an_address_reaches_up_to_its_own_time() throws Exception {
    RawRelayClient client = connect();
    Event x = event(alice, 30_023, now - 100, "x", Tag.of("d", "x"));
    Event y = event(alice, 30_023, now - 100, "y", Tag.of("d", "y"));
    Event newer = event(alice, 30_023, now - 10, "newer", Tag.of("d", "newer"));
    Event sameSecond = event(alice, 30_023, now - 50, "same second", Tag.of("d", "same"));
    Event profile = event(alice, 10_002, now - 100, "");
    Event bobs = event(bob, 30_023, now - 100, "bob's", Tag.of("d", "x"));
    take(client, x, y, newer, sameSecond, profile, bobs);
    take(
        client,
        event(
            alice,
            5,
            now - 50,
            "",
            Tag.of("a", x.address().coordinate()),
            Tag.of("a", newer.address().coordinate()),
            Tag.of("a", sameSecond.address().coordinate()),
            Tag.of("a", profile.address().coordinate()),
            Tag.of("a", bobs.address().coordinate()),
            Tag.of("a", "1:" + alice.publicKey() + ":"),
            Tag.of("a", "nonsense")));
    assertThat(query(client, Filter.kinds(30_023, 10_002).by(alice.publicKey(), bob.publicKey())))
        .containsExactlyInAnyOrder(newer, y, bobs);
    assertThat(publish(client, x).accepted()).as("the deleted one").isFalse();
    Event older = event(alice, 30_023, now - 60, "an unseen older one", Tag.of("d", "x"));
    assertThat(publish(client, older).accepted()).isFalse();
    Event next = event(alice, 30_023, now - 49, "a newer one", Tag.of("d", "x"));
    take(client, next);
    assertThat(query(client, Filter.kinds(30_023).by(alice.publicKey()).tagged("d", "x")))
        .containsExactly(next);
  }

  @Test
  void a_deletion_of_a_deletion_does_nothing() throws Exception {
    RawRelayClient client = connect();
    Event note = note("gone for good");
    Event deletion = event(alice, 5, now, "", Tag.of("e", note.id().hex()));
    Event undo = event(alice, 5, now + 1, "", Tag.of("e", deletion.id().hex()), Tag.of("k", "5"));
    take(client, note, deletion, undo);
    assertThat(publish(client, note).accepted()).isFalse();
    assertThat(query(client, Filter.any().by(alice.publicKey()))).containsExactly(undo, deletion);
  }

  // NIP-40

  @Test
  void what_has_expired_is_neither_taken_nor_served() throws Exception {
    RawRelayClient client = connect();
    RawRelayClient watcher = connect();
    Filter alices = Filter.any().by(alice.publicKey());
    subscribe(watcher, "w", alices);
    long soon = Instant.now().getEpochSecond() + 2;
    Event lasting = event(alice, 1, now - 1, "", Tag.of("expiration", "" + (now + 3_600)));
    Event brief = note("brief", Tag.of("expiration", "" + soon));
    take(client, brief, lasting);
    refuse(client, note("over", Tag.of("expiration", "" + (now - 1))), "invalid:");
    refuse(client, note("long over", Tag.of("expiration", "1")), "invalid:");
    refuse(client, event(alice, 20_001, now, "", Tag.of("expiration", "1")), "invalid:");
    assertThat(live(watcher, "w")).containsExactly(brief, lasting);
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertThat(query(client, alices)).containsExactly(lasting));
    assertThat(Instant.now().getEpochSecond()).isGreaterThanOrEqualTo(soon);
    assertThat(query(client, Filter.any().withIds(Set.of(brief.id())))).isEmpty();
  }

  // NIP-42

  private Event reply(KeySigner by, String challenge) {
    return by.sign(
        new EventTemplate(
            now, 22_242, List.of(Tag.of("relay", relayUrl), Tag.of("challenge", challenge)), ""));
  }

  @Test
  void every_connection_is_asked_with_a_challenge_of_its_own() throws Exception {
    String first = connect().challenge();
    String second = connect().challenge();
    assertThat(first).isNotEqualTo(second);
    assertThat(List.of(first, second))
        .allSatisfy(challenge ->
            assertThat(challenge.length()).as("128 bits in base64").isGreaterThanOrEqualTo(22));
  }

  @Test
  void who_answers_the_challenge_is_let_in_and_ordinary_things_go_on() throws Exception {
    RawRelayClient client = connect();
    subscribe(client, "s", Filter.any().by(alice.publicKey(), bob.publicKey()));
    assertThat(authenticate(client, reply(alice, client.challenge())))
        .isEqualTo(new Answer(true, ""));
    Event note = note("mine");
    Event bobs = event(bob, 1, now - 1, "another's");
    take(connect(), note, bobs);
    assertThat(live(client, "s")).containsExactly(note, bobs);
    assertThat(query(client, Filter.any().by(bob.publicKey()))).containsExactly(bobs);
    Event more = event(bob, 1, now, "published for another");
    take(client, more);
  }

  @Test
  void a_wrong_answer_is_refused_and_a_right_one_still_taken() throws Exception {
    RawRelayClient client = connect();
    String challenge = client.challenge();
    Tag right = Tag.of("challenge", challenge);
    Tag here = Tag.of("relay", relayUrl);
    Event good = reply(alice, challenge);
    Map<String, Event> wrong = new LinkedHashMap<>();
    wrong.put("another's challenge", reply(alice, connect().challenge()));
    wrong.put("an empty challenge", reply(alice, ""));
    wrong.put("no challenge", event(alice, 22_242, now, "", here));
    wrong.put("no relay", event(alice, 22_242, now, "", right));
    wrong.put(
        "another relay",
        event(alice, 22_242, now, "", right, Tag.of("relay", "wss://elsewhere.example/relay")));
    wrong.put("another kind", event(alice, 1, now, "", here, right));
    wrong.put("of eleven minutes ago", event(alice, 22_242, now - 11 * 60, "", here, right));
    wrong.put(
        "a signature of another key",
        Event.parse(good.toJson().replace(good.sig(), reply(bob, challenge).sig())));
    wrong.put(
        "another author",
        Event.parse(good.toJson().replace(alice.publicKey().hex(), bob.publicKey().hex())));
    for (Map.Entry<String, Event> one : wrong.entrySet()) {
      Answer answer = authenticate(client, one.getValue());
      assertThat(answer.accepted()).as(one.getKey()).isFalse();
      assertThat(answer.reason()).as(one.getKey()).startsWith("invalid:");
    }
    refuse(client, note("", Tag.of("-")), "auth-required:");
    assertThat(authenticate(client, good)).isEqualTo(new Answer(true, ""));
  }

  @Test
  void an_answer_is_for_the_relay_alone() throws Exception {
    RawRelayClient watcher = connect();
    Filter answers = Filter.kinds(22_242).by(alice.publicKey());
    Filter alices = Filter.any().by(alice.publicKey());
    subscribe(watcher, "answers", answers);
    subscribe(watcher, "all", alices);
    RawRelayClient client = connect();
    subscribe(client, "own", alices);
    Event reply = reply(alice, client.challenge());
    assertThat(publish(client, reply).accepted()).as("as an EVENT").isFalse();
    assertThat(authenticate(client, reply).accepted()).as("as an AUTH").isTrue();
    assertThat(publish(client, reply).accepted()).as("as an EVENT, afterwards").isFalse();
    assertThat(live(client, "own")).isEmpty();
    assertThat(fence(watcher)).as("no delivery").hasSize(1);
    assertThat(query(watcher, answers)).isEmpty();
    assertThat(query(client, alices)).isEmpty();
  }

  // NIP-45

  private static long count(RawRelayClient client, Filter... filters) throws InterruptedException {
    client.send(req("c", filters).replaceFirst("REQ", "COUNT"));
    JsonNode answer = client.until("COUNT", "c").getLast();
    assertThat(answer.path(2).path("count").isIntegralNumber()).as("%s", answer).isTrue();
    return answer.path(2).path("count").longValue();
  }

  @Test
  void count_counts_each_event_once() throws Exception {
    RawRelayClient client = connect();
    Event note = note("note", Tag.of("t", "x"));
    take(
        client,
        note,
        note("another"),
        event(alice, 7, now, "+"),
        event(bob, 1, now, "bob's"),
        event(alice, 0, now - 1, "replaced"),
        event(alice, 0, now, "profile"),
        event(alice, 20_001, now, "ephemeral"));
    Filter alices = Filter.any().by(alice.publicKey());
    assertThat(count(client, alices)).isEqualTo(4);
    assertThat(count(client, alices.withKinds(Set.of(1)))).isEqualTo(2);
    assertThat(count(client, alices.tagged("t", "x"))).isEqualTo(1);
    assertThat(count(client, alices.since(now + 1))).isZero();
    assertThat(count(client, alices, Filter.any().by(bob.publicKey()))).isEqualTo(5);
    assertThat(
            count(
                client,
                alices.withKinds(Set.of(1)),
                alices.tagged("t", "x"),
                Filter.any().withIds(Set.of(note.id()))))
        .as("each once")
        .isEqualTo(2);
    take(client, event(alice, 5, now, "", Tag.of("e", note.id().hex())));
    assertThat(count(client, alices.withKinds(Set.of(1)))).as("deleted").isEqualTo(1);
    take(connect(), note("later"));
    assertThat(fence(client)).as("a count is no subscription").hasSize(1);
  }

  @Test
  void count_goes_beyond_what_a_query_returns() throws Exception {
    try (HttpClient elsewhere =
            HttpClient.newBuilder().localAddress(InetAddress.getByName("127.0.0.2")).build();
        RawRelayClient client = RawRelayClient.connect(elsewhere, relayUrl)) {
      Event last = note("");
      for (int i = 0; i < 505; i++) {
        last = event(alice, 1, now - i, "");
        client.send("[\"EVENT\"," + last.toJson() + "]");
      }
      client.until("OK", last.id().hex());
      Filter alices = Filter.any().by(alice.publicKey());
      assertThat(query(client, alices)).hasSize(500);
      assertThat(query(client, alices.limit(1_000))).hasSize(500);
      assertThat(count(client, alices)).isEqualTo(505);
      assertThat(count(client, alices.limit(1_000))).isEqualTo(505);
      assertThat(count(client, alices.since(now - 499), alices.until(now - 500))).isEqualTo(505);
    }
  }

  @Test
  void a_count_that_is_not_understood_is_closed() throws Exception {
    RawRelayClient client = connect();
    client.send("[\"COUNT\",\"c\",{\"colour\":\"blue\"}]");
    JsonNode answer = client.next();
    assertThat(answer.path(0).asText()).as("%s", answer).isEqualTo("CLOSED");
    assertThat(answer.path(1).asText()).isEqualTo("c");
  }

  // NIP-70

  @Test
  void a_protected_event_is_taken_from_its_authenticated_author_alone() throws Exception {
    Event guarded = note("mine alone", Tag.of("-"));
    RawRelayClient stranger = connect();
    RawRelayClient watcher = connect();
    subscribe(watcher, "w", Filter.any().by(alice.publicKey()));
    refuse(stranger, guarded, "auth-required:");
    RawRelayClient another = connect();
    assertThat(authenticate(another, reply(bob, another.challenge())).accepted()).isTrue();
    refuse(another, guarded, "restricted:");
    assertThat(live(watcher, "w")).isEmpty();
    RawRelayClient author = connect();
    assertThat(authenticate(author, reply(alice, author.challenge())).accepted()).isTrue();
    take(author, guarded);
    assertThat(live(watcher, "w")).as("everybody may read it").containsExactly(guarded);
    assertThat(query(stranger, Filter.any().by(alice.publicKey()))).containsExactly(guarded);
  }

  // NIP-11

  @Test
  void the_relay_describes_itself_to_any_page() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + "/relay"))
            .header("Accept", "application/nostr+json")
            .header("Origin", "https://page.example")
            .build();
    HttpResponse<String> response;
    try (HttpClient http = HttpClient.newHttpClient()) {
      response = http.send(request, HttpResponse.BodyHandlers.ofString());
    }
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/nostr+json");
    JsonNode json = JSON.readTree(response.body());
    assertThat(json.path("name").asText()).isNotEmpty();
    assertThat(json.path("software").isTextual() && json.path("version").isTextual()).isTrue();
    assertThat(json.path("supported_nips"))
        .extracting(JsonNode::asInt)
        .contains(1, 9, 11, 40, 42, 45, 70)
        .isSorted();
    JsonNode limitation = json.path("limitation");
    assertThat(limitation.path("max_message_length").asInt()).isEqualTo(128 << 10);
    assertThat(limitation.path("max_subscriptions").asInt()).isEqualTo(20);
    assertThat(limitation.path("max_limit").asInt()).isEqualTo(500);
    assertThat(limitation.path("max_subid_length").asInt()).isEqualTo(64);
    assertThat(limitation.path("max_event_tags").asInt()).isEqualTo(2_000);
    assertThat(limitation.path("created_at_upper_limit").asInt()).isEqualTo(900);
    assertThat(limitation.path("auth_required").asBoolean(true)).isFalse();
    assertThat(limitation.path("payment_required").asBoolean(true)).isFalse();
    assertThat(limitation.path("min_pow_difficulty").asInt()).isZero();
  }
}
