package com.wavlake.ingest.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.net.WebClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts that are slow: who waits for them, for how long, and how many. */
@Timeout(60)
final class RemotePicturesTest {
  private static final int HOSTS = 6;
  private static final byte[] PNG = SamplePictures.of("png", 8, 8);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(10);

  private final AtomicInteger asked = new AtomicInteger();
  private final Map<Integer, Integer> now = new ConcurrentHashMap<>();
  private final Map<Integer, Integer> most = new ConcurrentHashMap<>();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpServer> hosts = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    for (int i = 0; i < HOSTS; i++) {
      int number = i;
      HttpServer host = HttpServer.create(new InetSocketAddress("127.0.0." + (i + 1), 0), 50);
      host.setExecutor(threads);
      host.createContext("/", exchange -> serve(exchange, number));
      host.start();
      hosts.add(host);
    }
  }

  @AfterEach
  void close() {
    goOn.countDown();
    hosts.forEach(host -> host.stop(0));
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange, int host) throws IOException {
    asked.incrementAndGet();
    most.merge(host, now.merge(host, 1, Integer::sum), Math::max);
    try {
      if (exchange.getRequestURI().getPath().startsWith("/held")) {
        goOn.await();
      }
    } catch (InterruptedException e) {
      return;
    }
    now.merge(host, -1, Integer::sum);
    exchange.sendResponseHeaders(200, PNG.length);
    exchange.getResponseBody().write(PNG);
    exchange.close();
  }

  private Wanted at(int host, String path) {
    InetSocketAddress address = hosts.get(host).getAddress();
    String url = "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + path;
    return new Wanted(url, Limits.PERSON);
  }

  private static RemotePictures waiting(Duration patience) {
    return new RemotePictures(WebClient.anywhere(), new FakeTime(), patience);
  }

  private static void becomesFound(RemotePictures pictures, Wanted wanted) {
    await().until(() -> pictures.get(wanted) instanceof Answer.Found);
  }

  @Test
  void who_asks_waits_a_moment_alone_and_finds_it_later() {
    RemotePictures pictures = waiting(SHORT);
    Wanted slow = at(0, "/held");
    assertThat(pictures.get(slow)).isEqualTo(new Answer.Busy());
    assertThat(pictures.get(slow)).isEqualTo(new Answer.Busy());
    goOn.countDown();
    becomesFound(pictures, slow);
    assertThat(asked).hasValue(1);
  }

  @Test
  void many_who_ask_are_one_fetch() throws Exception {
    RemotePictures pictures = waiting(LONG);
    List<Future<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(threads.submit(() -> pictures.get(at(0, "/held"))));
    }
    await().until(() -> asked.get() == 1);
    goOn.countDown();
    for (Future<Answer> answer : answers) {
      assertThat(answer.get()).isInstanceOf(Answer.Found.class);
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void who_waits_for_a_slow_one_is_counted() throws Exception {
    RemotePictures pictures = waiting(LONG);
    List<Future<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 110; i++) {
      answers.add(threads.submit(() -> pictures.get(at(0, "/held"))));
    }
    await().until(() -> answers.stream().filter(Future::isDone).count() == 10);
    goOn.countDown();
    int busy = 0;
    for (Future<Answer> answer : answers) {
      busy += answer.get() instanceof Answer.Busy ? 1 : 0;
    }
    assertThat(busy).isEqualTo(10);
  }

  @Test
  void eight_are_fetched_at_once_two_of_a_host_and_the_others_in_turn() {
    RemotePictures pictures = waiting(SHORT);
    List<Wanted> all = new ArrayList<>();
    for (int i = 0; i < 3 * HOSTS; i++) {
      all.add(at(i / 3, "/held" + i));
    }
    all.forEach(pictures::get);
    await().until(() -> asked.get() == RemotePictures.MAX_FETCHES);
    goOn.countDown();
    all.forEach(wanted -> becomesFound(pictures, wanted));
    assertThat(asked).hasValue(3 * HOSTS);
    assertThat(most.values()).allMatch(count -> count <= RemotePictures.MAX_OF_A_HOST);
  }

  @Test
  void a_host_that_never_answers_holds_up_none_but_its_own() {
    RemotePictures pictures = waiting(SHORT);
    for (int i = 0; i < 20; i++) {
      pictures.get(at(0, "/held" + i));
    }
    becomesFound(pictures, at(1, "/quick"));
    assertThat(most).containsEntry(0, RemotePictures.MAX_OF_A_HOST);
  }

  @Test
  void the_line_has_an_end_and_what_found_no_place_in_it_may_ask_again() {
    RemotePictures pictures = waiting(Duration.ofMillis(1));
    int inLine = RemotePictures.MAX_OF_A_HOST + RemotePictures.MAX_QUEUED;
    for (int i = 0; i < inLine + 10; i++) {
      pictures.get(at(0, "/held" + i));
    }
    goOn.countDown();
    await().until(() -> asked.get() == inLine);
    becomesFound(pictures, at(0, "/held" + (inLine + 9)));
    assertThat(asked).hasValue(inLine + 1);
  }

  @Test
  void hosts_are_told_apart_whatever_stands_around_them() {
    RemotePictures pictures = waiting(SHORT);
    String url = at(0, "/held").url();
    for (int i = 0; i < 5; i++) {
      pictures.get(new Wanted(url.replace("://", "://user" + i + "@"), Limits.PERSON));
    }
    await().until(() -> asked.get() == RemotePictures.MAX_OF_A_HOST);
    for (String wrong : List.of("", "x", "https://", "data:image/png;base64,aa", "file:///x")) {
      assertThat(pictures.get(new Wanted(wrong, Limits.PERSON))).isEqualTo(new Answer.Missing());
    }
  }
}
