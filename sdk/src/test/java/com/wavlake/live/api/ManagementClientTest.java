package com.wavlake.live.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.nostr.Event;
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
import java.util.concurrent.CopyOnWriteArrayList;
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
    authorised("GET", "/api/v1/streams", new byte[0], NOW);
    authorised("GET", "/api/v1/streams", new byte[0], theirs);
    client.list();
    authorised("GET", "/api/v1/streams", new byte[0], theirs);
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
        .containsExactly(new LiveListing("s", ALICE.publicKey(), "t", "c", 3, "https://x/s.m3u8"));
    assertThat(client.time()).isEqualTo(NOW);
    assertThat(server.takeRequest().getHeaders().get("Authorization")).isNull();
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
