package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.rtmp.FlvTag;
import com.wavlake.ingest.rtmp.PublishGate;
import com.wavlake.ingest.rtmp.RtmpLimits;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.ingest.server.RtmpServer;
import com.wavlake.ingest.time.SystemTime;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies of a stream to another server, which here is another of our own. */
@Timeout(90)
final class ForwardIT extends MediaTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();

  private String forwards(CreatedStream stream) {
    return "/api/v1/streams/" + stream.streamId() + "/forwards";
  }

  private static String body(String server, String key) {
    return "{\"name\":\"second\",\"server\":\"" + server + "\",\"stream_key\":\"" + key + "\"}";
  }

  private JsonNode only(String http, CreatedStream stream) throws Exception {
    String text = signed(http, "GET", forwards(stream), "").body();
    assertThat(text).as("keys are never shown").doesNotContain("wlk_live_");
    return JSON.readTree(text).path("forwards").path(0);
  }

  @Test
  void a_copy_arrives_comes_back_after_a_loss_and_stops_with_the_stream() throws Exception {
    IngestServer source = server("forwards.targets=anywhere");
    IngestServer target = server();
    ManagementClient client = client(source.httpUrl());
    ManagementClient there = client(target.httpUrl());
    CreatedStream stream = create(client);
    CreatedStream copy = create(there);
    String http = source.httpUrl();
    String key = copy.streamKey().orElseThrow().reveal();
    RtmpPublisher encoder = publish(source.rtmpUrl(), stream);
    HttpResponse<String> added =
        signed(http, "POST", forwards(stream), body(target.rtmpUrl(), key));
    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    Clip.send(encoder, 0, 3_000);
    await().until(() -> get(stream.hlsPlayback()).statusCode() == 200);
    assertThat(only(http, stream).path("state").asText()).as("not live yet").isEqualTo("idle");

    client.start(stream.streamId());
    await().until(() -> only(http, stream).path("state").asText().equals("live"));
    Clip.send(encoder, 3_000, 8_500);
    await().until(() -> get(copy.hlsPlayback()).statusCode() == 200);
    HlsValidator validator = HlsValidator.follow(copy.hlsPlayback());

    there.rotateKey(copy.streamId()); // the target lets go, and does not know the key any more
    for (int at = 8_500; only(http, stream).path("state").asText().equals("live"); at += 20) {
      Clip.send(encoder, at, at + 20);
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> only(http, stream).path("detail").asText().contains("not known"));
    String id = only(http, stream).path("id").asText();
    assertThat(
            signed(http, "PATCH", forwards(stream) + "/" + id, "{\"enabled\":false}").statusCode())
        .isEqualTo(200);
    await().until(() -> only(http, stream).path("state").asText().equals("idle"));
    assertThat(signed(http, "DELETE", forwards(stream) + "/" + id, "").statusCode()).isEqualTo(200);
    assertThat(get(stream.hlsPlayback()).statusCode()).as("the source went on").isEqualTo(200);

    String newKey = there.rotateKey(copy.streamId()).reveal();
    assertThat(signed(http, "POST", forwards(stream), body(target.rtmpUrl(), newKey)).statusCode())
        .isEqualTo(201);
    await().until(() -> only(http, stream).path("state").asText().equals("live"));
    Clip.send(encoder, 9_000, 14_000);
    String copied = mediaUrl(copy);
    await().until(() -> playlist(copied).mediaSequence() + uris(playlist(copied)).size() >= 3);
    client.stop(stream.streamId());
    await().until(() -> !there.status(copy.streamId()).connectionState().equals("connected"));
    there.stop(copy.streamId());
    assertThat(validator.problems(TIMEOUT)).isEmpty();
    assertThat(validator.segments()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void a_target_that_takes_nothing_in_is_hung_up_on_and_the_source_goes_on() throws Exception {
    SystemTime time = closing(new SystemTime());
    CountDownLatch never = new CountDownLatch(1);
    closing(never::countDown);
    PublishGate stuck =
        (key, peer, connection) ->
            new PublishGate.Publication() {
              @Override
              public void track(Track track) {
                try {
                  never.await(); // reads no further
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              }

              @Override
              public void sample(Sample sample) {}

              @Override
              public void discontinuity() {}

              @Override
              public void received(long bytes) {}

              @Override
              public void unpublished() {}

              @Override
              public void lost(String reason) {}
            };
    RtmpLimits patient = RtmpLimits.DEFAULT.waiting(TIMEOUT, TIMEOUT, Duration.ofMinutes(2));
    RtmpServer target = closing(new RtmpServer(stuck, patient, time));
    int port = target.listen("127.0.0.1", 0);
    IngestServer source = server("forwards.targets=anywhere", "limits.bitrate=1000000");
    ManagementClient client = client(source.httpUrl());
    CreatedStream stream = create(client);
    RtmpPublisher encoder = publish(source.rtmpUrl(), stream);
    client.addForward(stream.streamId(), "stuck", "rtmp://127.0.0.1:" + port + "/live", "key");
    Clip.send(encoder, 0, 1_000);
    await().until(() -> client.status(stream.streamId()).connectionState().equals("connected"));
    client.start(stream.streamId());
    await().until(() -> client.forwards(stream.streamId()).getFirst().state().equals("live"));
    ByteBuffer large = ByteBuffer.allocate(1 << 20).put(0, new byte[] {0x17, 1, 0, 0, 0});
    for (int i = 0; i < 30; i++) {
      encoder.send(new FlvTag(9, 1_000 + i * 33, large.duplicate()));
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ofMillis(500))
        .until(() -> {
          encoder.send(new FlvTag(9, 2_000, large.duplicate()));
          return client.forwards(stream.streamId()).getFirst().detail().isPresent();
        });
    assertThat(client.forwards(stream.streamId()).getFirst().detail().orElseThrow())
        .contains("takes nothing in");
    assertThat(client.status(stream.streamId()).connectionState()).isEqualTo("connected");
    client.enableForward(
        stream.streamId(), client.forwards(stream.streamId()).getFirst().id(), false);
    client.removeForward(stream.streamId(), client.forwards(stream.streamId()).getFirst().id());
    assertThat(client.forwards(stream.streamId())).isEmpty();
    client.stop(stream.streamId());
    client.delete(stream.streamId());
  }

  @Test
  void targets_are_checked() throws Exception {
    IngestServer server = server();
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    for (String bad :
        List.of(
            "http://example.com/live",
            "rtmp://127.0.0.1/live",
            "rtmp://[::1]/live",
            "rtmp://10.1.2.3:1935/live",
            "rtmp://169.254.169.254/live",
            "rtmp://user:password@example.com/live",
            "rtmp://example.com:99999/live",
            "rtmp://example.com")) {
      HttpResponse<String> refused =
          signed(server.httpUrl(), "POST", forwards(stream), body(bad, "k"));
      assertThat(refused.statusCode()).as(bad).isEqualTo(400);
      assertThat(JSON.readTree(refused.body()).path("errors").has("server")).as(bad).isTrue();
    }
    for (int i = 0; i < 5; i++) {
      assertThat(
              signed(server.httpUrl(), "POST", forwards(stream), body("rtmp://a.example/app", "k"))
                  .statusCode())
          .isEqualTo(201);
    }
    assertThat(
            signed(server.httpUrl(), "POST", forwards(stream), body("rtmp://a.example/app", "k"))
                .statusCode())
        .as("five at most")
        .isEqualTo(409);
  }
}
