package com.wavlake.live.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DownloadTest {
  private static final int MAX = 1_000;

  private final MockWebServer server = new MockWebServer();

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private String url(String path) {
    return server.url(path).toString();
  }

  private Download download() {
    return WebClient.anywhere().download(url("/a"), "image/*", MAX);
  }

  private static void assertFails(ThrowingCallable call, Category category) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LiveException.class, e -> assertThat(e.category()).isEqualTo(category));
  }

  private void redirect(String to) {
    server.enqueue(new MockResponse.Builder().code(302).addHeader("Location", to).build());
  }

  private static MockResponse.Builder bytes(int count) {
    return new MockResponse.Builder().body(new Buffer().write(new byte[count]));
  }

  @Test
  void bytes_come_as_they_were_sent_with_what_they_are_called() throws Exception {
    server.enqueue(bytes(MAX).addHeader("Content-Type", "Image/PNG; charset=x").build());
    Download got = download();
    assertThat(got.bytes()).hasSize(MAX);
    assertThat(got.mediaType()).hasValue("image/png");
    var request = server.takeRequest();
    assertThat(request.getHeaders().get("Accept")).isEqualTo("image/*");
    assertThat(request.getHeaders().get("Accept-Encoding")).isEqualTo("identity");
  }

  @Test
  void what_has_no_name_has_none() {
    server.enqueue(bytes(3).build());
    assertThat(download().mediaType()).isEmpty();
  }

  @Test
  void what_is_too_long_is_refused_whether_it_says_so_or_not() {
    server.enqueue(bytes(MAX + 1).build());
    assertFails(this::download, Category.REFUSED);
    server.enqueue(
        new MockResponse.Builder().chunkedBody(new Buffer().write(new byte[MAX + 1]), 100).build());
    assertFails(this::download, Category.REFUSED);
    server.enqueue(
        new MockResponse.Builder().chunkedBody(new Buffer().write(new byte[MAX]), 100).build());
    assertThat(download().bytes()).hasSize(MAX);
  }

  @Test
  void what_says_that_it_is_too_long_is_not_waited_for() {
    server.enqueue(bytes(MAX + 1).bodyDelay(20, TimeUnit.SECONDS).build());
    long start = System.nanoTime();
    assertFails(this::download, Category.REFUSED);
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(8));
  }

  @Test
  void what_is_not_there_is_not_found_and_the_rest_is_refused() {
    server.enqueue(new MockResponse.Builder().code(404).build());
    assertFails(this::download, Category.NOT_FOUND);
    server.enqueue(new MockResponse.Builder().code(500).build());
    assertFails(this::download, Category.REFUSED);
    server.enqueue(new MockResponse.Builder().code(302).build());
    assertFails(this::download, Category.REFUSED);
  }

  @Test
  void three_redirects_are_followed_and_a_fourth_is_refused() {
    redirect("/b");
    redirect(url("/c"));
    redirect("d?e=f");
    server.enqueue(bytes(7).build());
    assertThat(download().bytes()).hasSize(7);
    assertThat(server.getRequestCount()).isEqualTo(4);

    for (String to : List.of("/b", "/c", "/d", "/e")) {
      redirect(to);
    }
    assertFails(this::download, Category.REFUSED);
    assertThat(server.getRequestCount()).as("no fifth request").isEqualTo(8);
    assertFails(
        () -> {
          for (String to : List.of("/b", "/c", "/d", "/e")) {
            redirect(to);
          }
          WebClient.anywhere().following().download(url("/a"), "*/*", MAX);
        },
        Category.REFUSED);
  }

  @Test
  void redirects_stay_in_the_web() {
    redirect("ftp://example.com/a");
    assertFails(this::download, Category.REFUSED);
    redirect("file:///etc/passwd");
    assertFails(this::download, Category.REFUSED);
  }

  @Test
  void strangers_do_not_name_what_is_inside() {
    assertFails(() -> WebClient.publicOnly().download(url("/a"), "*/*", MAX), Category.INVALID);
    assertFails(
        () -> WebClient.publicOnly().download("https://127.0.0.1/a", "*/*", MAX), Category.INVALID);
    assertThat(server.getRequestCount()).isZero();
  }

  /** A client of the public internet, of which one site alone is made up: it redirects. */
  private static WebClient publicWhere(String location) {
    return new WebClient(
        WebClient.checking()
            .addInterceptor(chain ->
                chain.request().url().host().equals("pictures.example")
                    ? new Response.Builder()
                        .request(chain.request())
                        .protocol(Protocol.HTTP_1_1)
                        .code(302)
                        .message("")
                        .header("Location", location)
                        .body(ResponseBody.create("", null))
                        .build()
                    : chain.proceed(chain.request()))
            .build(),
        true);
  }

  @Test
  void a_redirect_leads_nowhere_that_the_first_url_could_not_have() throws IOException {
    try (ServerSocket inside = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      inside.setSoTimeout(300);
      String port = ":" + inside.getLocalPort() + "/";
      for (String to :
          List.of(
              "http://pictures.example/b",
              "http://localhost" + port,
              "https://127.0.0.1" + port,
              "https://2130706433" + port,
              "https://[::1]" + port,
              "https://[::ffff:127.0.0.1]" + port,
              "//10.0.0.1/")) {
        assertFails(
            () -> publicWhere(to).download("https://pictures.example/a", "*/*", MAX),
            Category.INVALID);
      }
      assertFails( // as DNS has it
          () ->
              publicWhere("https://localhost" + port)
                  .download("https://pictures.example/a", "*/*", MAX),
          Category.UNREACHABLE);
      assertFails(
          () -> publicWhere("/again").download("https://pictures.example/a", "*/*", MAX),
          Category.REFUSED);
      assertThatThrownBy(inside::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void a_trickle_has_ten_seconds_in_all() {
    redirect("/b");
    server.enqueue(bytes(MAX).throttleBody(1, 50, TimeUnit.MILLISECONDS).build());
    long start = System.nanoTime();
    assertFails(this::download, Category.TIMED_OUT);
    assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(15));
  }
}
