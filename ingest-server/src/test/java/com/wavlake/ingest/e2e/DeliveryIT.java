package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What HTTP answers to players, request by request. */
@Timeout(60)
final class DeliveryIT extends MediaTestBase {

  /** Segments of 1 s, so TARGETDURATION 1, so that a wait of three of them is 3 s. */
  private static final String SHORT = "hls.segment=1s";

  private record Live(
      IngestServer server, ManagementClient client, CreatedStream stream, RtmpPublisher encoder) {
    String media() throws Exception {
      return mediaUrl(stream);
    }
  }

  private Live live(int millis, String... settings) throws Exception {
    List<String> all = new ArrayList<>(List.of(SHORT));
    all.addAll(Arrays.asList(settings));
    IngestServer server = server(all.toArray(String[]::new));
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    Clip.send(encoder, 0, millis);
    await().until(() -> get(stream.hlsPlayback()).statusCode() == 200);
    String media = mediaUrl(stream);
    int whole = (millis - 100) / 1_000;
    await().until(() -> playlist(media).segments().size() == whole);
    return new Live(server, client, stream, encoder);
  }

  @Test
  void a_blocking_reload_waits_for_exactly_what_it_asks_for() throws Exception {
    Live live = live(3_100); // segments 0, 1, 2 are whole
    String media = live.media();
    await().until(() -> playlist(media).segments().size() == 3);
    long open = playlist(media).mediaSequence() + 3;

    assertThat(get(media + "?_HLS_part=0").statusCode()).as("part without msn").isEqualTo(400);
    assertThat(get(media + "?_HLS_msn=x").statusCode()).isEqualTo(400);
    assertThat(get(media + "?_HLS_msn=-1").statusCode()).isEqualTo(400);
    assertThat(get(media + "?_HLS_msn=" + (open + 2)).statusCode()).as("too far").isEqualTo(400);
    assertThat(get(media + "?_HLS_msn=" + open + "&_HLS_part=20").statusCode()).isEqualTo(400);
    HttpResponse<String> old = get(media + "?_HLS_msn=0&_HLS_part=0");
    assertThat(old.statusCode()).as("an old one: the current playlist").isEqualTo(200);
    assertThat(MediaPlaylist.parse(old.body()).segments()).hasSize(3);

    CompletableFuture<HttpResponse<String>> part =
        later(media + "?_HLS_msn=" + open + "&_HLS_part=0");
    CompletableFuture<HttpResponse<String>> past =
        later(media + "?_HLS_msn=" + (open - 1) + "&_HLS_part=9");
    CompletableFuture<HttpResponse<String>> whole = later(media + "?_HLS_msn=" + open);
    String hint = playlist(media).hints().getFirst();
    CompletableFuture<HttpResponse<String>> hinted = later(resolve(media, hint));
    Clip.send(live.encoder(), 3_100, 3_600);
    MediaPlaylist first = MediaPlaylist.parse(part.get(5, TimeUnit.SECONDS).body());
    assertThat(first.trailing()).hasSize(1);
    assertThat(first.trailing().getFirst().uri()).isEqualTo(hint);
    assertThat(past.get(5, TimeUnit.SECONDS).body()).isEqualTo(first.text());
    assertThat(hinted.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(part.get().headers().firstValue("Cache-Control")).hasValue("max-age=6");
    assertThat(whole).isNotDone();
    Clip.send(live.encoder(), 3_600, 4_100);
    assertThat(MediaPlaylist.parse(whole.get(5, TimeUnit.SECONDS).body()).segments()).hasSize(4);
    assertThat(get(resolve(media, hint.replace(".0.m4s", ".7.m4s"))).statusCode())
        .as("a part that nobody hinted at")
        .isEqualTo(404);
  }

  @Test
  void who_waits_too_long_is_told_so_and_in_a_gap_gets_the_last_playlist() throws Exception {
    Live live = live(2_100);
    live.client().start(live.stream().streamId());
    String media = live.media();
    long open = playlist(media).mediaSequence() + playlist(media).segments().size();
    Instant asked = Instant.now();
    HttpResponse<String> silent = get(media + "?_HLS_msn=" + open + "&_HLS_part=3");
    assertThat(silent.statusCode()).as("the encoder is there and sends nothing").isEqualTo(503);
    assertThat(Duration.between(asked, Instant.now()))
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
    assertThat(silent.headers().firstValue("Cache-Control")).hasValue("no-store");

    live.encoder().abort();
    await()
        .until(() ->
            live.client()
                .status(live.stream().streamId())
                .connectionState()
                .equals("reconnecting"));
    long next = playlist(media).mediaSequence() + playlist(media).segments().size();
    HttpResponse<String> gap = get(media + "?_HLS_msn=" + next + "&_HLS_part=0");
    assertThat(gap.statusCode()).isEqualTo(200);
    assertThat(MediaPlaylist.parse(gap.body()).ended()).isFalse();

    CompletableFuture<HttpResponse<String>> waiting = later(media + "?_HLS_msn=" + next);
    live.client().stop(live.stream().streamId());
    assertThat(MediaPlaylist.parse(waiting.get(2, TimeUnit.SECONDS).body()).ended())
        .as("the end lets everybody go")
        .isTrue();
  }

  @Test
  void how_many_may_wait_is_limited() throws Exception {
    Live live = live(2_100, "limits.viewers=5"); // 2 × 5 + 100, half of them for one address
    String media = live.media();
    long open = playlist(media).mediaSequence() + playlist(media).segments().size();
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < 115; i++) {
      waiting.add(later(media + "?_HLS_msn=" + open + "&_HLS_part=1"));
    }
    await().until(() -> waiting.stream().filter(CompletableFuture::isDone).count() >= 5);
    assertThat(waiting.stream().filter(CompletableFuture::isDone).count()).isBetween(5L, 60L);
    Clip.send(live.encoder(), 2_100, 3_100);
    long served = 0;
    for (CompletableFuture<HttpResponse<String>> one : waiting) {
      served += one.get(5, TimeUnit.SECONDS).statusCode() == 200 ? 1 : 0;
    }
    assertThat(served).as("55 of an address for each event loop").isBetween(55L, 110L);
  }

  @Test
  void headers_are_what_players_and_caches_need() throws Exception {
    Live live = live(4_100);
    String media = live.media();
    HttpResponse<String> playlist = get(media);
    assertThat(playlist.headers().map())
        .containsEntry("Content-Type", List.of("application/vnd.apple.mpegurl"))
        .containsEntry("Cache-Control", List.of("max-age=1"))
        .containsEntry("Access-Control-Allow-Origin", List.of("*"))
        .doesNotContainKey("Set-Cookie");
    String etag = playlist.headers().firstValue("ETag").orElseThrow();
    assertThat(get(media, "If-None-Match", etag).statusCode()).isEqualTo(304);
    HttpResponse<byte[]> zipped = bytes(media, "Accept-Encoding", "gzip");
    assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(
            new String(
                new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes(),
                StandardCharsets.UTF_8))
        .isEqualTo(playlist.body());

    String segment = resolve(media, uris(playlist(media)).getFirst());
    HttpResponse<byte[]> whole = bytes(segment, "Accept-Encoding", "gzip");
    assertThat(whole.headers().map())
        .containsEntry("Content-Type", List.of("video/mp4"))
        .containsEntry("Cache-Control", List.of("public, max-age=3600, immutable"))
        .containsEntry("Accept-Ranges", List.of("bytes"))
        .doesNotContainKey("Content-Encoding");
    HttpResponse<byte[]> some = bytes(segment, "Range", "bytes=10-29");
    assertThat(some.statusCode()).isEqualTo(206);
    assertThat(some.body()).isEqualTo(Arrays.copyOfRange(whole.body(), 10, 30));
    assertThat(some.headers().firstValue("Content-Range"))
        .hasValue("bytes 10-29/" + whole.body().length);
    assertThat(bytes(segment, "Range", "bytes=999999999-").statusCode()).isEqualTo(416);

    assertThat(method("HEAD", segment).headers().firstValueAsLong("Content-Length"))
        .hasValue(whole.body().length);
    HttpResponse<String> preflight = method("OPTIONS", media);
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
        .contains("Range")
        .contains("Authorization");
    assertThat(method("POST", media).statusCode()).isEqualTo(405);
    HttpResponse<String> missing = get(resolve(media, "nosuchid/0.m4s"));
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("Cache-Control")).hasValue("max-age=1");
  }

  @Test
  void without_low_latency_playlists_are_plain() throws Exception {
    IngestServer server = server(SHORT, "hls.low-latency=false");
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    HlsValidator validator = HlsValidator.follow(stream.hlsPlayback());
    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    Clip.send(encoder, 0, 5_100);
    await().until(() -> validator.segments() >= 4);
    String text = get(mediaUrl(stream) + "?_HLS_msn=999999").body();
    assertThat(text).doesNotContain("PART").doesNotContain("SERVER-CONTROL").doesNotContain("HINT");
    client.stop(stream.streamId());
    assertThat(validator.problems(TIMEOUT)).isEmpty();
    assertThat(validator.parts()).isZero();
  }

  @Test
  void viewers_can_be_told_apart_by_tokens_or_by_beacons() throws Exception {
    Live tokens = live(3_100, "viewers.mode=token");
    String first = mediaUrl(tokens.stream());
    String second = mediaUrl(tokens.stream());
    assertThat(first).contains("?viewer=").isNotEqualTo(second);
    for (String url : List.of(first, first, second, second, second)) {
      assertThat(get(url).statusCode()).isEqualTo(200);
    }
    String forged = first.substring(0, first.length() - 1) + (first.endsWith("0") ? "1" : "0");
    String forgedToo = first.replaceFirst("viewer=..", "viewer=zz");
    for (String url : List.of(forged, forgedToo, forged, forgedToo)) {
      assertThat(get(url).statusCode()).as("served, as one and the same").isEqualTo(200);
    }
    assertThat(tokens.client().status(tokens.stream().streamId()).currentViewers()).isEqualTo(3);

    Live beacons = live(3_100, "viewers.mode=beacon");
    String media = beacons.media();
    for (int i = 0; i < 3; i++) {
      assertThat(get(media).statusCode()).isEqualTo(200);
    }
    assertThat(beacons.client().status(beacons.stream().streamId()).currentViewers()).isZero();
    String beacon = resolve(media, "beacon");
    assertThat(method("POST", beacon).statusCode()).isEqualTo(204);
    assertThat(method("POST", beacon).statusCode()).isEqualTo(204);
    assertThat(beacons.client().status(beacons.stream().streamId()).currentViewers()).isEqualTo(1);
  }

  @Test
  void addresses_behind_a_proxy_are_the_clients_own_and_only_its_word_counts() throws Exception {
    Live live = live(3_100, "http.trusted-proxies=127.0.0.0/8");
    String media = live.media();
    for (String client : List.of("192.0.2.1", "192.0.2.2", "6.6.6.6, 192.0.2.2")) {
      get(media, "X-Forwarded-For", client);
      get(media, "X-Forwarded-For", client);
    }
    assertThat(live.client().status(live.stream().streamId()).currentViewers()).isEqualTo(2);

    Live direct = live(3_100);
    String own = direct.media();
    for (String client : List.of("192.0.2.1", "192.0.2.2")) {
      get(own, "X-Forwarded-For", client);
      get(own, "X-Forwarded-For", client);
    }
    assertThat(direct.client().status(direct.stream().streamId()).currentViewers())
        .as("nobody's word is believed without a setting")
        .isEqualTo(1);
  }

  private static String resolve(String media, String uri) {
    return URI.create(media).resolve(uri).toString();
  }

  private static HttpResponse<String> method(String method, String url) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
