package com.wavlake.ingest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.Generator;
import com.wavlake.ingest.e2e.SelfSigned;
import com.wavlake.ingest.rtmp.RtmpLimits;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.ingest.time.PeerGroup;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small parsers and counters that stand between strangers and the server. */
final class RequestPartsTest {

  @Test
  void paths_name_what_there_is_and_nothing_else() {
    assertThat(MediaPath.parse("a-b_C.m3u8"))
        .isEqualTo(new MediaPath(MediaPath.Kind.MASTER, "a-b_C", "", 0, 0));
    assertThat(MediaPath.parse("id/media.m3u8"))
        .isEqualTo(new MediaPath(MediaPath.Kind.MEDIA, "id", "", 0, 0));
    assertThat(MediaPath.parse("id/abcd1234/init-3.mp4"))
        .isEqualTo(new MediaPath(MediaPath.Kind.INIT, "id", "abcd1234", 3, 0));
    assertThat(MediaPath.parse("id/abcd1234/17.m4s"))
        .isEqualTo(new MediaPath(MediaPath.Kind.SEGMENT, "id", "abcd1234", 17, 0));
    assertThat(MediaPath.parse("id/abcd1234/17.2.m4s"))
        .isEqualTo(new MediaPath(MediaPath.Kind.PART, "id", "abcd1234", 17, 2));
    for (String bad :
        List.of(
            "",
            ".m3u8",
            "a b.m3u8",
            "../x.m3u8",
            "id/",
            "id/other.m3u8",
            "id/abc/1.m4s",
            "id/abcd1234/",
            "id/abcd1234/.m4s",
            "id/abcd1234/1..m4s",
            "id/abcd1234/1.2.3.m4s",
            "id/abcd1234/-1.m4s",
            "id/abcd1234/1234567890123456.m4s",
            "id/abcd1234/init-.mp4",
            "id/abcd1234/init-1234567890.mp4",
            "%2e%2e/media.m3u8",
            "x".repeat(200) + "/media.m3u8")) {
      assertThat(MediaPath.parse(bad)).as(bad).isNull();
    }
    Generator.forAll(
        20_000,
        random -> {
          StringBuilder path = new StringBuilder();
          for (int i = random.below(40); i > 0; i--) {
            path.append("abcd1234/.m4sinit-mp3u8%?&=_".charAt(random.below(28)));
          }
          MediaPath parsed = MediaPath.parse(path.toString());
          assertThat(parsed == null || parsed.number() >= 0).isTrue();
        });
  }

  @Test
  void delivery_directives_are_numbers_or_refused() {
    assertThat(ReloadRequest.parse(null)).isEqualTo(new ReloadRequest(-1, -1, false, ""));
    assertThat(ReloadRequest.parse("a=b&_HLS_msn=7&_HLS_part=2&_HLS_skip=YES"))
        .isEqualTo(new ReloadRequest(7, 2, true, ""));
    assertThat(ReloadRequest.parse("_HLS_skip=v2").skip()).isTrue();
    for (String bad :
        List.of(
            "_HLS_msn=",
            "_HLS_msn=-1",
            "_HLS_msn=1e3",
            "_HLS_msn=1234567890123456",
            "_HLS_part=1",
            "_HLS_msn=1&_HLS_part=x",
            "x".repeat(2_000))) {
      assertThatThrownBy(() -> ReloadRequest.parse(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void byte_ranges() {
    assertThat(ByteRange.parse("bytes=0-9", 100)).isEqualTo(new ByteRange(0, 9));
    assertThat(ByteRange.parse("bytes=90-", 100)).isEqualTo(new ByteRange(90, 99));
    assertThat(ByteRange.parse("bytes=90-1000", 100)).isEqualTo(new ByteRange(90, 99));
    assertThat(ByteRange.parse("bytes=-5", 100)).isEqualTo(new ByteRange(95, 99));
    assertThat(ByteRange.parse("bytes=-500", 100)).isEqualTo(new ByteRange(0, 99));
    assertThat(ByteRange.parse("bytes=100-", 100)).isEqualTo(ByteRange.UNSATISFIABLE);
    assertThat(ByteRange.parse("bytes=-0", 100)).isEqualTo(ByteRange.UNSATISFIABLE);
    for (String whole :
        List.of(
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=5-1",
            "bytes=a-b",
            "items=0-1",
            "bytes=0-1,3-4")) {
      assertThat(ByteRange.parse(whole, 100)).as(whole).isNull();
    }
    assertThat(ByteRange.parse(null, 100)).isNull();
  }

  @Test
  void a_forwarded_address_counts_as_far_as_proxies_are_known() {
    Clients clients = Clients.behind("10.0.0.0/8, 127.0.0.1, fd00::/8");
    assertThat(clients.of("192.0.2.9", "1.2.3.4")).as("no proxy").isEqualTo("192.0.2.9");
    assertThat(clients.of("127.0.0.1", "1.2.3.4")).isEqualTo("1.2.3.4");
    assertThat(clients.of("127.0.0.1", "6.6.6.6, 1.2.3.4"))
        .as("anybody can write more")
        .isEqualTo("1.2.3.4");
    assertThat(clients.of("127.0.0.1", "1.2.3.4, 10.9.9.9")).as("two proxies").isEqualTo("1.2.3.4");
    assertThat(clients.of("127.0.0.1", "")).isEqualTo("127.0.0.1");
    assertThat(clients.of("127.0.0.1", "example.com")).as("never looked up").isEqualTo("127.0.0.1");
    assertThat(clients.of("127.0.0.1", "10.1.1.1,".repeat(100_000))).isEqualTo("127.0.0.1");
    for (String bad : List.of("example.com", "10.0.0.0/33", "10.0.0.0/x", "1.2.3")) {
      assertThatThrownBy(() -> Clients.behind(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void a_peer_is_an_address_or_its_64_of_ipv6() {
    assertThat(PeerGroup.of("192.0.2.1")).isEqualTo("192.0.2.1");
    assertThat(PeerGroup.of("2001:db8:1:2::5")).isEqualTo(PeerGroup.of("2001:db8:1:2:ffff::1"));
    assertThat(PeerGroup.of("2001:db8:1:2::5")).isNotEqualTo(PeerGroup.of("2001:db8:1:3::5"));
    assertThat(PeerGroup.of("no:address")).isEqualTo("no:address");
  }

  @Test
  void viewer_tokens_are_of_one_stream_and_one_process() {
    ViewerTokens tokens = new ViewerTokens();
    String token = tokens.next("id");
    assertThat(tokens.isOurs("id", token)).isTrue();
    assertThat(tokens.isOurs("other", token)).isFalse();
    assertThat(new ViewerTokens().isOurs("id", token)).isFalse();
    assertThat(tokens.isOurs("id", "")).isFalse();
    assertThat(tokens.next("id")).isNotEqualTo(token);
  }

  private static final class Connection implements Closeable {
    private boolean closed;

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void what_is_not_rightly_signed_counts_too() {
    Authenticator authenticator = new Authenticator(new FakeTime(), 2);
    for (int status : List.of(401, 401, 429)) {
      assertThatThrownBy(() -> ask(authenticator, "POST"))
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.status()).isEqualTo(status));
    }
    assertThatThrownBy(() -> ask(authenticator, "GET"))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(401));
  }

  private static void ask(Authenticator authenticator, String method) {
    var _ = authenticator.require("Nostr x", method, "http://x/", new byte[0], "192.0.2.1");
  }

  @Test
  void the_database_is_asked_once_at_a_time_and_once_a_second() throws Exception {
    FakeTime time = new FakeTime();
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch slow = new CountDownLatch(1);
    Readiness readiness =
        new Readiness(
            () -> {
              asked.incrementAndGet();
              try {
                slow.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return true;
            },
            time);
    CompletableFuture<Boolean> first = readiness.ask();
    time.advance(Duration.ofSeconds(5));
    assertThat(readiness.ask()).as("it is on its way").isSameAs(first);
    slow.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(readiness.ask().get(10, TimeUnit.SECONDS)).isTrue();
    time.advance(Duration.ofMillis(999));
    assertThat(readiness.ask().get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(asked).hasValue(2);
    time.advance(Duration.ofMillis(1));
    assertThat(readiness.ask().get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(asked).hasValue(3);
  }

  @Test
  void a_certificates_files_are_looked_at_once_a_second_and_either_may_have_changed(
      @TempDir Path directory) throws Exception {
    Path cert = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");
    var _ = SelfSigned.write("server", cert, key);
    FakeTime time = new FakeTime();
    TlsFiles files = TlsFiles.of(cert, key, time);
    SSLContext first = files.context();
    Files.setLastModifiedTime(key, FileTime.from(Instant.EPOCH)); // older than the other
    time.advance(Duration.ofMillis(999));
    assertThat(files.context()).isSameAs(first);
    time.advance(Duration.ofMillis(1));
    SSLContext second = files.context();
    assertThat(second).isNotSameAs(first);
    String right = Files.readString(key);
    Files.writeString(key, "broken");
    time.advance(Duration.ofSeconds(1));
    assertThat(files.context()).isSameAs(second);
    Files.writeString(key, right);
    assertThat(files.context()).as("not read again yet").isSameAs(second);
    time.advance(Duration.ofSeconds(1));
    assertThat(files.context()).isNotSameAs(second);
  }

  @Test
  void whoever_has_shown_no_key_makes_room_oldest_first() {
    Admissions<Connection> all = new Admissions<>(RtmpLimits.DEFAULT.counting(10, 6, 5, 3));
    List<Connection> strangers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      strangers.add(new Connection());
      assertThat(all.enter(strangers.getLast(), "1.1.1.1")).isTrue();
    }
    assertThat(all.pending()).isEqualTo(3);
    assertThat(strangers.stream().filter(c -> c.closed)).hasSize(17);
    assertThat(strangers.getLast().closed).isFalse();

    List<Connection> streamers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      streamers.add(new Connection());
      assertThat(all.enter(streamers.getLast(), "2.2.2.2")).isTrue();
      all.admitted(streamers.getLast());
    }
    assertThat(streamers).noneMatch(c -> c.closed);
    for (int i = 0; i < 4; i++) {
      assertThat(all.enter(new Connection(), "3.3.3." + i)).isTrue();
    }
    assertThat(all.pending()).as("in all").isEqualTo(5);
    for (Connection streamer : List.copyOf(streamers)) {
      all.leave(streamer);
    }
    for (int i = 0; i < 6; i++) {
      Connection streamer = new Connection();
      assertThat(all.enter(streamer, "2.2.2.2")).isTrue();
      all.admitted(streamer);
    }
    assertThat(all.enter(new Connection(), "2.2.2.2")).as("six of one address").isFalse();
  }
}
