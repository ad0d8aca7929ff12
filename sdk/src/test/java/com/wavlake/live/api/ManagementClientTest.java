package com.wavlake.live.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A provider that answers badly on purpose; the real one is tested above. */
@Timeout(60)
final class ManagementClientTest {
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String CREATED =
      "{\"stream_id\":\"s1\",\"stream_key\":\"wlk_live_0123456789abcdef0123456789abcdef\","
          + "\"rtmp_ingest\":\"rtmp://x/live\",\"hls_playback\":\"https://x/live/s1.m3u8\"}";

  private MockWebServer server;
  private ManagementClient client;

  @BeforeEach
  void open() throws IOException {
    server = new MockWebServer();
    server.start();
    client = ManagementClient.at(base(), ALICE, () -> NOW);
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private String base() {
    return "http://127.0.0.1:" + server.getPort();
  }

  private void answer(int code, String body) {
    server.enqueue(new MockResponse.Builder().code(code).body(body).build());
  }

  private Event authorised(String method, String path, byte[] body, Instant now)
      throws InterruptedException {
    RecordedRequest request = server.takeRequest();
    assertThat(request.getMethod()).isEqualTo(method);
    String header = Objects.requireNonNull(request.getHeaders().get("Authorization"));
    return Nip98.verify(header, method, base() + path, body, now);
  }

  @Test
  void a_wrong_clock_is_learnt_from_the_refusal_and_used_from_then_on() throws Exception {
    Instant theirs = NOW.plusSeconds(3_600);
    answer(
        401,
        "{\"code\":\"clock_skew\",\"detail\":\"an hour off\",\"server_time\":"
            + theirs.getEpochSecond()
            + "}");
    answer(200, "{\"streams\":[]}");
    answer(200, "{\"streams\":[]}");
    assertThat(client.list()).isEmpty();
    authorised("GET", "/api/v1/streams?limit=200", new byte[0], NOW);
    authorised("GET", "/api/v1/streams?limit=200", new byte[0], theirs);
    client.list();
    authorised("GET", "/api/v1/streams?limit=200", new byte[0], theirs);
  }

  @Test
  void a_lost_answer_is_asked_for_once_more_with_the_same_idempotency_key() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    answer(201, CREATED);
    assertThat(client.create(CreateStream.titled("t")).streamId()).isEqualTo("s1");
    RecordedRequest first = server.takeRequest();
    RecordedRequest second = server.takeRequest();
    assertThat(second.getHeaders().get("Idempotency-Key"))
        .isNotNull()
        .isEqualTo(first.getHeaders().get("Idempotency-Key"));
    assertThat(second.getHeaders().get("Authorization"))
        .as("an authorisation serves once")
        .isNotEqualTo(first.getHeaders().get("Authorization"));
  }

  @Test
  void a_refusal_is_final_and_told_with_its_fields() {
    answer(
        400, "{\"code\":\"validation\",\"detail\":\"no\",\"errors\":{\"title\":\"is missing\"}}");
    assertThatThrownBy(() -> client.create(CreateStream.titled("")))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> {
              assertThat(e.code()).isEqualTo("validation");
              assertThat(e.fields()).containsEntry("title", "is missing");
              assertThat(e.category()).isEqualTo(Category.INVALID);
            });
    answer(500, "<html>");
    assertThatThrownBy(client::list)
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.code()).isEqualTo("http_500"));
    assertThat(server.getRequestCount()).isEqualTo(2);
  }

  @Test
  void an_authorisation_follows_no_redirect() {
    server.enqueue(
        new MockResponse.Builder().code(307).addHeader("Location", base() + "/elsewhere").build());
    assertThatThrownBy(client::list).isInstanceOf(ApiException.class);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void an_answer_that_is_too_long_or_not_understood_is_refused() {
    answer(200, "x".repeat(5 << 20));
    answer(200, "x".repeat(5 << 20));
    assertThatThrownBy(client::list).hasMessageContaining("over");
    answer(200, "{\"name\":7}");
    assertThatThrownBy(client::info).hasMessageContaining("field name is missing");
    answer(200, "[");
    assertThatThrownBy(client::time).hasMessageContaining("not understood");
  }

  @Test
  void what_everybody_may_know_needs_no_authorisation() throws Exception {
    answer(
        200,
        "{\"streams\":[{\"stream_id\":\"s\",\"pubkey\":\""
            + ALICE.publicKey()
            + "\",\"title\":\"t\",\"category\":\"c\",\"current_viewers\":3,"
            + "\"hls_playback\":\"https://x/s.m3u8\"}]}");
    answer(200, "{\"time\":\"2023-11-14T22:13:20Z\",\"unix\":1700000000}");
    assertThat(client.live())
        .as("an older provider says no more")
        .containsExactly(
            new LiveListing(
                "s",
                Optional.empty(),
                ALICE.publicKey(),
                "t",
                "c",
                Optional.empty(),
                Optional.empty(),
                "live",
                3,
                Optional.empty(),
                "https://x/s.m3u8"));
    assertThat(client.time()).isEqualTo(NOW);
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isNull();
  }

  private static String listing(String more) {
    return """
    {"stream_id":"s","naddr":"naddr1s","pubkey":"%s","title":"t","category":"c","image":null,
     "thumbnail":"https://x/s.jpg","hls_playback":"https://x/s.m3u8",%s}\
    """
        .formatted(ALICE.publicKey(), more);
  }

  @Test
  void a_list_tells_what_is_live_what_is_to_come_and_what_was() {
    String list =
        "{\"streams\":["
            + listing(
                "\"status\":\"reconnecting\",\"current_viewers\":3,"
                    + "\"started_at\":\"2023-11-14T22:13:20Z\"")
            + "],\"planned\":["
            + listing("\"starts\":\"2023-11-14T22:13:20Z\"")
            + "],\"ended\":["
            + listing(
                "\"recording\":\"https://x/vod/s.m3u8\",\"ended_at\":\"2023-11-14T22:13:20Z\","
                    + "\"duration_seconds\":60,\"total_viewers\":7")
            + "]}";
    for (int i = 0; i < 3; i++) {
      answer(200, list);
    }
    Optional<String> naddr = Optional.of("naddr1s");
    Optional<String> picture = Optional.of("https://x/s.jpg");
    Optional<Instant> now = Optional.of(NOW);
    String hls = "https://x/s.m3u8";
    assertThat(client.live())
        .containsExactly(
            new LiveListing(
                "s",
                naddr,
                ALICE.publicKey(),
                "t",
                "c",
                Optional.empty(),
                picture,
                "reconnecting",
                3,
                now,
                hls));
    assertThat(client.planned())
        .containsExactly(
            new PlannedListing(
                "s", naddr, ALICE.publicKey(), "t", "c", Optional.empty(), picture, now, hls));
    assertThat(client.ended())
        .containsExactly(
            new EndedListing(
                "s",
                "naddr1s",
                ALICE.publicKey(),
                "t",
                "c",
                Optional.empty(),
                picture,
                Optional.of("https://x/vod/s.m3u8"),
                now,
                60,
                7));
  }

  @Test
  void one_stream_is_asked_for_by_its_id_or_naddr() throws Exception {
    String planned =
        listing(
            "\"description\":\"d\",\"tags\":[\"java\"],\"enable_chat\":false,\"status\":\"created\","
                + "\"connection_state\":\"connected\",\"playable\":true,\"current_viewers\":1,"
                + "\"total_viewers\":2,\"starts\":\"2023-11-14T22:13:20Z\",\"started_at\":null,"
                + "\"ended_at\":null,\"duration_seconds\":0,\"recording\":null");
    answer(200, planned);
    assertThat(client.listing("naddr1s"))
        .isEqualTo(
            new StreamListing(
                "s",
                "naddr1s",
                ALICE.publicKey(),
                "t",
                "d",
                "c",
                List.of("java"),
                Optional.empty(),
                Optional.of("https://x/s.jpg"),
                false,
                "created",
                "connected",
                true,
                "https://x/s.m3u8",
                Optional.empty(),
                1,
                2,
                Optional.of(NOW),
                Optional.empty(),
                Optional.empty(),
                0));
    RecordedRequest request = server.takeRequest();
    assertThat(request.getTarget()).isEqualTo("/api/v1/live/naddr1s");
    assertThat(request.getHeaders().get("Authorization")).isNull();
    answer(404, "{\"code\":\"not_found\",\"detail\":\"no such stream\"}");
    assertThatThrownBy(() -> client.listing("../info"))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.category()).isEqualTo(Category.NOT_FOUND));
    assertThat(server.takeRequest().getTarget()).isEqualTo("/api/v1/live/..%2Finfo");
  }

  @Test
  void a_provider_with_pages_has_one_for_each_stream() {
    String info =
        """
        {"name":"n","version":"1","api_url":"https://x/","rtmp_ingest":"rtmp://x","relay_url":"wss://x",
         "pages":%s,"limits":{"streams":20,"viewers":500}}\
        """;
    answer(200, info.formatted(true));
    assertThat(client.info().watchPage("naddr1s")).hasValue("https://x/w/naddr1s");
    answer(200, info.formatted(false));
    assertThat(client.info().watchPage("naddr1s")).isEmpty();
  }

  private JsonNode sent(String method, String path) throws Exception {
    RecordedRequest request = server.takeRequest();
    String body = request.getBody() == null ? "" : request.getBody().utf8();
    assertThat(request.getTarget()).isEqualTo(path);
    String header = Objects.requireNonNull(request.getHeaders().get("Authorization"));
    Nip98.verify(header, method, base() + path, body.getBytes(StandardCharsets.UTF_8), NOW);
    return new ObjectMapper().readTree(body.isEmpty() ? "{}" : body);
  }

  private static String details(String id) {
    return """
    {"stream_id":"%s","title":"t","category":"c","status":"ended","connection_state":"ended",
     "rtmp_ingest":"rtmp://x/live","hls_playback":"https://x/s.m3u8","record":true,
     "recording":"https://x/vod/s.m3u8","thumbnail":null}\
    """
        .formatted(id);
  }

  @Test
  void an_edit_sends_what_is_set_and_nothing_else() throws Exception {
    answer(200, details("s1"));
    StreamDetails after =
        client.edit(
            "s1",
            StreamEdit.empty()
                .title("Q&A")
                .tags(List.of("java"))
                .enableChat(false)
                .starts(NOW)
                .withoutImage());
    assertThat(after.record()).isTrue();
    assertThat(after.recording()).hasValue("https://x/vod/s.m3u8");
    assertThat(after.thumbnail()).isEmpty();
    assertThat(after.reusableKey()).as("not told").isFalse();
    assertThat(sent("PATCH", "/api/v1/streams/s1").toString())
        .isEqualTo(
            "{\"title\":\"Q&A\",\"tags\":[\"java\"],\"enable_chat\":false,"
                + "\"starts\":\"2023-11-14T22:13:20Z\",\"image\":null}");
    answer(200, details("s1"));
    client.edit("s1", StreamEdit.empty());
    assertThat(sent("PATCH", "/api/v1/streams/s1")).isEmpty();
  }

  @Test
  void a_stream_that_is_over_may_have_a_key_for_the_next() {
    answer(200, details("s1").replace("}", ",\"reusable_key\":true}"));
    assertThat(client.get("s1").reusableKey()).isTrue();
  }

  @Test
  void all_streams_are_listed_page_after_page() throws Exception {
    answer(
        200, "{\"streams\":[" + details("a") + "," + details("b") + "],\"next_cursor\":\"c=1\"}");
    answer(200, "{\"streams\":[" + details("c") + "],\"next_cursor\":null}");
    assertThat(client.list()).extracting(StreamDetails::streamId).containsExactly("a", "b", "c");
    sent("GET", "/api/v1/streams?limit=200");
    sent("GET", "/api/v1/streams?limit=200&cursor=c%3D1");

    answer(200, "{\"streams\":[],\"next_cursor\":\"d\"}");
    assertThat(client.list(Optional.empty(), 7).next()).hasValue("d");
    sent("GET", "/api/v1/streams?limit=7");
  }

  @Test
  void a_provider_whose_pages_do_not_end_is_left() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return new MockResponse.Builder()
                .body("{\"streams\":[],\"next_cursor\":\"again\"}")
                .build();
          }
        });
    assertThatThrownBy(client::list).hasMessageContaining("over 100 pages");
    assertThat(server.getRequestCount()).isEqualTo(100);
  }

  @Test
  void what_is_missing_in_an_answer_is_named() {
    answer(200, "{\"samples\":[{\"viewers\":1}]}");
    assertThatThrownBy(() -> client.metrics("s1", NOW, NOW))
        .hasMessageContaining("field at is missing");
    answer(
        200,
        "{\"publishers\":[{\"pubkey\":\"" + ALICE.publicKey() + "\",\"status\":\"beloved\"}]}");
    assertThatThrownBy(client::publishers).hasMessageContaining("field status is beloved");
  }

  @Test
  void a_webhook_whose_answer_was_lost_is_not_added_twice_and_its_secret_is_not_shown() {
    server.enqueue(
        new MockResponse.Builder()
            .onResponseStart(SocketEffect.ShutdownConnection.INSTANCE)
            .build());
    assertThatThrownBy(() -> client.addWebhook("https://hook.example", Set.of()))
        .isInstanceOfSatisfying(
            LiveException.class, e -> assertThat(e.category()).isEqualTo(Category.UNREACHABLE));
    assertThat(server.getRequestCount()).isEqualTo(1);
    answer(
        201,
        "{\"id\":\"w\",\"url\":\"https://hook.example\",\"events\":[\"stream.live\"],"
            + "\"created_at\":\"2023-11-14T22:13:20Z\",\"deliveries\":[],\"secret\":\"whsec_c2VjcmV0\"}");
    CreatedWebhook created = client.addWebhook("https://hook.example", Set.of("stream.live"));
    assertThat(created.secret()).isEqualTo("whsec_c2VjcmV0");
    assertThat(created.toString()).contains("hook.example").doesNotContain("c2VjcmV0");
  }

  @Test
  void an_older_provider_says_less_of_itself() {
    answer(
        200,
        "{\"name\":\"n\",\"version\":\"1\",\"api_url\":\"https://x\",\"rtmp_ingest\":\"rtmp://x\","
            + "\"relay_url\":\"wss://x\",\"limits\":{\"streams\":20,\"viewers\":500}}");
    assertThat(client.info())
        .isEqualTo(
            new ProviderInfo(
                "n",
                "1",
                "https://x",
                "rtmp://x",
                Optional.empty(),
                "wss://x",
                Optional.empty(),
                false,
                false,
                20,
                500,
                0));
    answer(200, "{\"streams\":[]}");
    assertThat(client.planned()).isEmpty();
    answer(200, "{\"streams\":[]}");
    assertThat(client.ended()).isEmpty();
  }

  @Test
  void a_deposit_tells_what_the_provider_will_do() throws Exception {
    Event ended = ALICE.sign(new EventTemplate(NOW.getEpochSecond() + 180, 30311, List.of(), ""));
    answer(
        200,
        "{\"event_id\":\""
            + ended.id()
            + "\",\"not_before\":\"2023-11-14T22:16:20Z\",\"relays\":["
            + "{\"url\":\"wss://a\",\"reachable\":true,\"detail\":null},"
            + "{\"url\":\"wss://b\",\"reachable\":false,\"detail\":\"no answer\"}]}");
    WillDeposit told = client.depositLastWill("s1", ended);
    assertThat(told)
        .isEqualTo(
            new WillDeposit(
                ended.id(),
                NOW.plusSeconds(180),
                List.of(
                    new WillDeposit.Relay("wss://a", true, Optional.empty()),
                    new WillDeposit.Relay("wss://b", false, Optional.of("no answer")))));
    server.enqueue(new MockResponse.Builder().code(204).build());
    assertThat(client.depositLastWill("s1", ended))
        .as("kept without a word")
        .isEqualTo(new WillDeposit(ended.id(), NOW.plusSeconds(180), List.of()));
  }

  @Test
  void a_will_that_was_sent_out_tells_how_far_it_has_come() {
    EventId id = EventId.parse("ab".repeat(32));
    answer(
        200,
        """
        {"will":null,"released":{"event_id":"%s","released_at":"2023-11-14T22:13:20Z","relays":[
          {"url":"wss://a","state":"accepted","detail":null},
          {"url":"wss://b","state":"waiting","detail":"cannot be reached"}]}}\
        """
            .formatted(id));
    WillState state = client.lastWill("s1").orElseThrow();
    assertThat(state.kept()).isEmpty();
    assertThat(state.released())
        .hasValue(
            new WillState.Released(
                id,
                NOW,
                List.of(
                    new WillState.Delivery("wss://a", "accepted", Optional.empty()),
                    new WillState.Delivery(
                        "wss://b", "waiting", Optional.of("cannot be reached")))));
    answer(404, "{\"code\":\"not_found\",\"detail\":\"none\"}");
    assertThat(client.lastWill("s1")).isEmpty();
    answer(403, "{\"code\":\"forbidden\",\"detail\":\"another's\"}");
    assertThatThrownBy(() -> client.lastWill("s1")).isInstanceOf(ApiException.class);
  }

  @Test
  void a_last_will_is_deposited_whole_and_withdrawn() throws Exception {
    Event ended =
        ALICE.sign(
            new EventTemplate(
                NOW.getEpochSecond() + 180,
                Kind.LIVE_STREAM,
                List.of(Tag.of("d", "s 1"), Tag.of("status", "ended")),
                ""));
    server.enqueue(new MockResponse.Builder().code(204).build());
    server.enqueue(new MockResponse.Builder().code(204).build());
    LastWill will = LastWill.withProvider(client, "s 1");
    will.deposit(ended);
    RecordedRequest put = server.takeRequest();
    ByteString body = Objects.requireNonNull(put.getBody());
    assertThat(Event.parse(body.utf8())).isEqualTo(ended);
    Nip98.verify(
        Objects.requireNonNull(put.getHeaders().get("Authorization")),
        "PUT",
        base() + "/api/v1/streams/s%201/last-will",
        body.string(StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8),
        NOW);
    will.withdraw();
    authorised("DELETE", "/api/v1/streams/s%201/last-will", new byte[0], NOW);

    answer(404, "{\"code\":\"not_found\",\"detail\":\"no such route\"}");
    assertThatThrownBy(() -> will.deposit(ended))
        .isInstanceOfSatisfying(
            LiveException.class, e -> assertThat(e.category()).isEqualTo(Category.UNSUPPORTED));
  }

  @Test
  void following_goes_on_behind_a_new_key_and_past_what_it_does_not_know() throws Exception {
    server.enqueue(
        new MockResponse.Builder()
            .body(
                """
                event: applause
                data: not JSON at all

                : a comment
                event: key_replaced
                data: {}

                event: viewers
                data: {"current_viewers":9}

                """)
            .build());
    server.enqueue(
        new MockResponse.Builder()
            .body("event: ended\ndata: {\"reason\":\"over\",\"duration_seconds\":3}\n\n")
            .build());
    List<String> lost = new CopyOnWriteArrayList<>();
    List<StreamEvent> told = new CopyOnWriteArrayList<>();
    client.follow("s1", told::add, lost::add);
    assertThat(lost).isEmpty();
    assertThat(told)
        .containsExactly(
            new StreamEvent.KeyReplaced(), new StreamEvent.Ended("over", 3, Optional.empty()));
  }

  @Test
  void following_goes_on_after_a_bad_gateway_and_says_so() throws Exception {
    server.enqueue(new MockResponse.Builder().code(502).body("{<html>").build());
    server.enqueue(
        new MockResponse.Builder()
            .addHeader("Content-Type", "text/event-stream")
            .body("event: ended\ndata: {\"reason\":\"over\",\"duration_seconds\":3}\n\n")
            .build());
    List<String> lost = new CopyOnWriteArrayList<>();
    List<StreamEvent> told = new CopyOnWriteArrayList<>();
    client.follow("s1", told::add, lost::add);
    assertThat(lost).containsExactly("HTTP 502");
    assertThat(told).containsExactly(new StreamEvent.Ended("over", 3, Optional.empty()));
  }
}
