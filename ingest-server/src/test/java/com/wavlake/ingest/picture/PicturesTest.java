package com.wavlake.ingest.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.SqlEventStore;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PicturesTest {
  private static final String OWN = "https://live.example";

  @TempDir Path directory;
  private final KeySigner alice = KeySigner.of(SecretKey.generate());
  private final KeySigner mallory = KeySigner.of(SecretKey.generate());
  private final FakeTime time = new FakeTime();
  private final AtomicInteger asked = new AtomicInteger();
  private final Map<String, byte[]> hosted = new ConcurrentHashMap<>();
  private final Map<String, StreamRecord> streams = new ConcurrentHashMap<>();
  private final Map<String, byte[]> thumbnails = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private Database database;
  private SqlEventStore events;
  private HttpServer host;
  private Pictures pictures;

  @BeforeEach
  void open() throws IOException {
    database = TestDatabase.SQLITE.open(directory);
    events = new SqlEventStore(database);
    host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    host.setExecutor(threads);
    host.createContext("/", this::serve);
    host.start();
    pictures = with(Optional.of(WebClient.anywhere()));
  }

  @AfterEach
  void close() {
    host.stop(0);
    threads.shutdownNow();
    database.close();
  }

  private Pictures with(Optional<WebClient> web) {
    return new Pictures(
        events,
        id -> Optional.ofNullable(streams.get(id)),
        new OwnPictures(OWN, path -> Optional.ofNullable(thumbnails.get(path))),
        web,
        time);
  }

  /** Everything is called a PNG, whatever it is. */
  private void serve(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    String path = exchange.getRequestURI().getPath();
    exchange.getResponseHeaders().set("Content-Type", "image/png");
    if (path.equals("/endless")) {
      exchange.sendResponseHeaders(200, 0);
      try (OutputStream out = exchange.getResponseBody()) {
        while (true) {
          out.write(SamplePictures.png(8, 8, 10_000));
        }
      }
    }
    byte[] body = hosted.getOrDefault(path, new byte[0]);
    exchange.sendResponseHeaders(hosted.containsKey(path) ? 200 : 404, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + host.getAddress().getPort() + path;
  }

  private String host(String path, byte[] body) {
    hosted.put(path, body);
    return url(path);
  }

  private Event store(KeySigner by, int kind, List<Tag> tags, String content) {
    time.advance(Duration.ofSeconds(1)); // newer than what was before
    Event event = by.sign(EventTemplate.of(time.now(), kind, tags, content));
    events.store(List.of(event));
    return event;
  }

  private void profile(String picture) {
    store(alice, Kind.PROFILE, List.of(), "{\"picture\":\"" + picture + "\"}");
  }

  private Answer alices() {
    return atLast(() -> pictures.ofPerson(alice.publicKey()));
  }

  private Answer poster(String id) {
    return atLast(() -> pictures.ofStream(id));
  }

  /** On a busy machine the loopback interface is slow, too. */
  private static Answer atLast(Supplier<Answer> question) {
    return await().until(question::get, answer -> !(answer instanceof Answer.Busy));
  }

  private Answer emoji(String url, String shortcode) {
    Event chat = store(alice, Kind.CHAT_MESSAGE, List.of(Tag.of("emoji", "soap", url)), ":soap:");
    return atLast(() -> pictures.emoji(chat.id(), shortcode));
  }

  private void live(KeySigner by, String id, String image) {
    store(by, Kind.LIVE_STREAM, List.of(Tag.of("d", id), Tag.of("image", image)), "");
  }

  private void stream(String id, Optional<String> image) {
    StreamRecord.About about =
        new StreamRecord.About("t", "", "c", true, Optional.empty(), image, "", false);
    streams.put(id, StreamRecord.created(id, alice.publicKey(), about, "", time.now()));
  }

  private static Picture found(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return ((Answer.Found) answer).picture();
  }

  private static void assertMissing(Answer answer) {
    assertThat(answer).isEqualTo(new Answer.Missing());
  }

  @Test
  void a_profiles_picture_is_what_its_bytes_are() {
    byte[] jpeg = SamplePictures.of("jpeg", 40, 30);
    profile(host("/a.png", jpeg));
    Picture picture = found(alices());
    assertThat(picture.bytes()).isEqualTo(jpeg);
    assertThat(picture.mediaType()).isEqualTo("image/jpeg");
    assertThat(picture.etag()).matches("[0-9a-f]{32}");
    assertMissing(pictures.ofPerson(mallory.publicKey()));
  }

  @Test
  void what_is_not_fit_is_not_there() {
    int name = 0;
    for (byte[] wrong :
        List.of(
            SamplePictures.svg(),
            SamplePictures.html(),
            SamplePictures.pngSaying(20_000, 20_000),
            SamplePictures.png(8, 8, 2 << 20),
            new byte[0])) {
      profile(host("/" + name++, wrong));
      assertMissing(alices());
    }
    profile(url("/nothing"));
    assertMissing(alices());
    for (String wrong :
        List.of(
            "",
            "x",
            "data:image/png;base64,aaaa",
            "file:///etc/passwd",
            url("/" + "x".repeat(3_000)))) {
      profile(wrong);
      assertMissing(alices());
    }
    store(alice, Kind.PROFILE, List.of(), "[");
    assertMissing(alices());
    profile("javascript:alert(1)");
    assertMissing(alices());
    assertThat(asked).hasValue(6);
  }

  @Test
  void people_are_smaller_than_posters() {
    byte[] wide = SamplePictures.of("png", 2_049, 8);
    profile(host("/wide", wide));
    assertMissing(alices());
    profile(host("/fit", SamplePictures.of("png", 2_048, 8)));
    found(alices());
    stream("s1", Optional.of(url("/wide")));
    assertThat(found(poster("s1")).bytes()).isEqualTo(wide);
    stream("s2", Optional.of(host("/wider", SamplePictures.of("png", 4_097, 8))));
    assertMissing(poster("s2"));
  }

  @Test
  void an_endless_answer_has_an_end_here() {
    profile(url("/endless"));
    assertMissing(alices());
  }

  @Test
  void an_emoji_is_one_that_the_event_declares_and_small() {
    String soap = host("/soap.gif", SamplePictures.of("gif", 32, 32));
    assertThat(found(emoji(soap, "soap")).mediaType()).isEqualTo("image/gif");
    assertMissing(emoji(soap, "soup"));
    assertMissing(pictures.emoji(EventId.of(new byte[32]), "soap"));
    String large = host("/large", SamplePictures.of("png", 513, 8));
    assertMissing(emoji(large, "soap"));
    profile(large);
    found(alices());
    assertMissing(emoji(large, "soap"));
    assertMissing(emoji(host("/heavy", SamplePictures.png(8, 8, 256 << 10)), "soap"));
  }

  @Test
  void an_emoji_of_a_zap_is_one_that_its_request_declares() {
    String soap = host("/soap.gif", SamplePictures.of("gif", 32, 32));
    Tag declared = Tag.of("emoji", "soap", soap);
    assertThat(found(zapped(request(Kind.ZAP_REQUEST, declared))).mediaType())
        .isEqualTo("image/gif");
    assertMissing(zapped(request(Kind.CHAT_MESSAGE, declared)));
    assertMissing(zapped(request(Kind.ZAP_REQUEST, Tag.of("emoji", "soup", soap))));
    for (String malformed : List.of("", "{", "[]", "null", "{\"kind\":9734}", "[".repeat(10_000))) {
      assertMissing(zapped(malformed));
    }
    assertMissing(zapped(request(Kind.ZAP_REQUEST, declared, Tag.of("alt", "x".repeat(16 << 10)))));
    Event without = store(mallory, Kind.ZAP_RECEIPT, List.of(declared), "");
    assertMissing(pictures.emoji(without.id(), "soap"));
  }

  private String request(int kind, Tag... tags) {
    return alice.sign(EventTemplate.of(time.now(), kind, List.of(tags), ":soap:")).toJson();
  }

  private Answer zapped(String description) {
    Event receipt =
        store(mallory, Kind.ZAP_RECEIPT, List.of(Tag.of("description", description)), "");
    return atLast(() -> pictures.emoji(receipt.id(), "soap"));
  }

  @Test
  void a_poster_is_what_the_owners_newest_live_event_names_or_the_stream() {
    byte[] first = SamplePictures.of("png", 8, 8);
    byte[] second = SamplePictures.of("png", 9, 9);
    assertMissing(poster("s1"));
    stream("s1", Optional.of(host("/first", first)));
    assertThat(found(poster("s1")).bytes()).isEqualTo(first);
    live(mallory, "s1", host("/bad", SamplePictures.of("png", 6, 6)));
    assertThat(found(poster("s1")).bytes()).isEqualTo(first);
    live(alice, "s1", host("/second", second));
    assertThat(found(poster("s1")).bytes()).isEqualTo(second);
    live(alice, "s1", url("/nothing"));
    assertThat(found(poster("s1")).bytes()).isEqualTo(first);
    live(alice, "s2", url("/second"));
    assertMissing(poster("s2"));
  }

  @Test
  void what_this_server_makes_itself_is_not_fetched() {
    byte[] thumbnail = SamplePictures.of("jpeg", 64, 36);
    thumbnails.put("/thumb/s1.jpg", thumbnail);
    stream("s1", Optional.empty());
    live(alice, "s1", OWN + "/thumb/s1.jpg");
    assertThat(found(poster("s1")).bytes()).isSameAs(thumbnail);
    live(alice, "s1", OWN + "/poster/s1");
    assertMissing(poster("s1"));
  }

  @Test
  void what_was_fetched_is_kept_for_an_hour_and_what_failed_for_five_minutes() {
    profile(host("/a", SamplePictures.of("png", 8, 8)));
    found(alices());
    hosted.remove("/a");
    time.advance(Duration.ofMinutes(59));
    found(alices());
    assertThat(asked).hasValue(1);
    time.advance(Duration.ofMinutes(1));
    assertMissing(alices());
    hosted.put("/a", SamplePictures.of("png", 8, 8));
    time.advance(Duration.ofSeconds(299));
    assertMissing(alices());
    assertThat(asked).hasValue(2);
    time.advance(Duration.ofSeconds(1));
    found(alices());
    assertThat(asked).hasValue(3);
  }

  @Test
  void another_url_counts_at_once() {
    profile(host("/a", SamplePictures.of("png", 8, 8)));
    String before = found(alices()).etag();
    profile(host("/b", SamplePictures.of("png", 9, 9)));
    assertThat(found(alices()).etag()).isNotEqualTo(before);
  }

  @Test
  void where_nothing_is_fetched_there_is_nothing() {
    profile(host("/a", SamplePictures.of("png", 8, 8)));
    assertMissing(with(Optional.empty()).ofPerson(alice.publicKey()));
    assertMissing(with(Optional.of(WebClient.publicOnly())).ofPerson(alice.publicKey()));
    assertThat(asked).hasValue(0);
  }

  @Test
  void the_cache_has_room_for_so_many_bytes_and_keeps_what_is_asked_for() {
    PictureCache cache = new PictureCache(100_000);
    Wanted first = new Wanted("first", Limits.POSTER);
    for (int i = 0; i < 1_000; i++) {
      Wanted wanted = i == 0 ? first : new Wanted("u" + i, Limits.POSTER);
      byte[] bytes = new byte[i % 2 == 0 ? 9_000 : 0];
      cache.put(
          wanted,
          i % 2 == 0 ? new Answer.Found(new Picture(bytes, "image/png", "")) : new Answer.Missing(),
          time.now());
      assertThat(cache.bytes()).isBetween(1L, 100_000L);
      assertThat(cache.get(first, time.now())).isPresent();
    }
    assertThat(cache.bytes()).isGreaterThan(90_000);
    assertThat(cache.get(new Wanted("u2", Limits.POSTER), time.now())).isEmpty();
    assertThat(cache.get(new Wanted("u998", Limits.POSTER), time.now())).isPresent();
    cache.put(first, new Answer.Found(new Picture(new byte[200_000], "", "")), time.now());
    assertThat(cache.bytes()).as("too large for all of it").isZero();
  }
}
