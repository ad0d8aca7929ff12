package com.wavlake.ingest.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pages and their files, over HTTP. */
@Timeout(60)
final class PageRoutesTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path directory;
  @TempDir Path other;
  private static final KeySigner ALICE = KeySigner.of(SecretKey.generate());
  private static IngestServer server;
  private static String base;
  private static String id;

  @BeforeAll
  static void open() throws Exception {
    server =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("thumbnails.ffmpeg", "off")
            .set("name", "Test <Live>")
            .set("access.mode", "open")
            .dataDir(directory)
            .start();
    base = server.httpUrl();
    try (ManagementClient client = ManagementClient.at(base, ALICE)) {
      id =
          client
              .create(
                  CreateStream.titled("Tea & <b>talk</b>")
                      .category("talk")
                      .description("About \"tea\"."))
              .streamId();
    }
  }

  @AfterAll
  static void close() {
    server.close();
  }

  private static HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    return HTTP.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, headers);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  private static String data(HttpResponse<String> page) {
    Matcher data =
        Pattern.compile("<script type=\"application/json\" id=\"data\">(.*?)</script>")
            .matcher(page.body());
    assertThat(data.find()).isTrue();
    return data.group(1);
  }

  @Test
  void each_page_is_html_under_a_strict_policy() throws Exception {
    for (String path :
        List.of("/", "/dashboard", "/w/" + id, "/embed/" + id, "/overlay/chat/" + id)) {
      HttpResponse<String> page = get(path);
      assertThat(page.statusCode()).as(path).isEqualTo(200);
      assertThat(header(page, "content-type")).isEqualTo("text/html; charset=utf-8");
      assertThat(header(page, "content-security-policy"))
          .contains("default-src 'none'", "base-uri 'none'")
          .doesNotContain("unsafe");
      assertThat(header(page, "x-content-type-options")).isEqualTo("nosniff");
      assertThat(page.body()).startsWith("<!doctype html>").contains("Test &lt;Live&gt;");
    }
  }

  @Test
  void a_watch_page_is_found_by_id_and_by_naddr_and_brings_the_stream_along() throws Exception {
    String naddr = new EventAddress(Kind.LIVE_STREAM, ALICE.publicKey(), id, List.of()).naddr();
    for (String name : List.of(id, naddr, "nostr:" + naddr)) {
      HttpResponse<String> page = get("/w/" + name);
      assertThat(page.statusCode()).as(name).isEqualTo(200);
      JsonNode stream = new ObjectMapper().readTree(data(page));
      assertThat(stream.path("stream_id").asText()).isEqualTo(id);
      assertThat(stream.path("title").asText()).isEqualTo("Tea & <b>talk</b>");
      assertThat(stream.path("status").asText()).isEqualTo("created");
      assertThat(page.body())
          .contains("<title>Tea &amp; &lt;b&gt;talk&lt;/b&gt; · Test &lt;Live&gt;</title>")
          .contains("<meta name=\"description\" content=\"About &quot;tea&quot;.\">")
          .doesNotContain("<b>talk");
    }
  }

  @Test
  void what_is_not_there_is_a_page_that_says_so() throws Exception {
    KeySigner other = KeySigner.of(SecretKey.generate());
    String others = new EventAddress(Kind.LIVE_STREAM, other.publicKey(), id, List.of()).naddr();
    for (String path :
        List.of("/w/nothing", "/w/" + others, "/w/naddr1zzz", "/embed/%00", "/no/such", "/w/")) {
      HttpResponse<String> page = get(path);
      assertThat(page.statusCode()).as(path).isEqualTo(404);
      assertThat(page.body())
          .as(path)
          .contains("<h1>Not found</h1>", "/app/theme.js")
          .doesNotContain("rel=\"canonical\"");
    }
    assertThat(get("/api/v1/nothing").body()).contains("not_found").doesNotContain("<html");
  }

  @Test
  void pages_are_read_and_nothing_else() throws Exception {
    for (String path : List.of("/", "/dashboard", "/w/" + id, "/embed/" + id, "/oembed")) {
      HttpResponse<String> refused = send("POST", path);
      assertThat(refused.statusCode()).as(path).isEqualTo(405);
      assertThat(header(refused, "allow")).isEqualTo("GET, HEAD");
    }
    HttpResponse<String> head = send("HEAD", "/w/" + id);
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void files_are_kept_for_ever_under_the_name_of_their_contents() throws Exception {
    Matcher script =
        Pattern.compile("src=\"(/assets/[0-9a-f]+/app/home.js)\"").matcher(get("/").body());
    assertThat(script.find()).isTrue();
    String path = script.group(1);
    HttpResponse<String> plain = get(path);
    assertThat(plain.statusCode()).isEqualTo(200);
    assertThat(header(plain, "cache-control")).contains("immutable");
    assertThat(header(plain, "content-type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(plain.body()).contains("customElements.define('wlk-home'");
    HttpResponse<String> packed = get(path, "Accept-Encoding", "gzip");
    assertThat(header(packed, "content-encoding")).isEqualTo("gzip");
    assertThat(header(packed, "vary")).isEqualTo("Accept-Encoding");
    HttpResponse<String> old = get("/assets/000000000000/app/home.js");
    assertThat(old.statusCode()).isEqualTo(200);
    assertThat(header(old, "cache-control")).isEqualTo("no-cache");
    assertThat(get("/favicon.ico").body()).contains("<svg");
  }

  @Test
  void a_version_is_what_stands_behind_assets_whatever_it_is() throws Exception {
    for (String version : List.of("a", "s", "assets", "app", "x%20y")) {
      HttpResponse<String> file = get("/assets/" + version + "/app/home.js");
      assertThat(file.statusCode()).as(version).isEqualTo(200);
      assertThat(file.body()).contains("customElements.define('wlk-home'");
      assertThat(header(file, "cache-control")).isEqualTo("no-cache");
    }
    for (String path : List.of("/assets/xyz", "/assets/xyz/", "/assets//", "/assets/", "/assets")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  void no_other_file_is_to_be_had() throws Exception {
    for (String path :
        List.of(
            "/assets/x/openapi.yaml",
            "/assets/x/app/..%2f..%2fopenapi.yaml",
            "/assets/x/",
            "/assets/x/app/",
            "/assets/x/%00",
            "/assets/x/db/migration/sqlite/V1__streams_and_events.sql")) {
      assertThat(get(path).body()).as(path).doesNotContain("openapi:", "CREATE TABLE");
      assertThat(get(path).statusCode()).as(path).isIn(200, 404);
    }
  }

  @Test
  void other_sites_learn_how_to_embed_it() throws Exception {
    String url = encode(base + "/w/" + id);
    HttpResponse<String> answer = get("/oembed?maxwidth=640&url=" + url);
    JsonNode json = new ObjectMapper().readTree(answer.body());
    assertThat(header(answer, "access-control-allow-origin")).isEqualTo("*");
    assertThat(json.path("version").asText()).isEqualTo("1.0");
    assertThat(json.path("type").asText()).isEqualTo("video");
    assertThat(json.path("title").asText()).isEqualTo("Tea & <b>talk</b>");
    assertThat(json.path("width").asInt()).isEqualTo(640);
    assertThat(json.path("height").asInt()).isEqualTo(360);
    assertThat(json.path("html").asText())
        .contains("src=\"" + base + "/embed/" + id + "\"")
        .contains("title=\"Tea &amp; &lt;b&gt;talk&lt;/b&gt;\"");
    assertThat(get("/oembed?url=" + url + "&format=xml").statusCode()).isEqualTo(501);
    assertThat(get("/oembed").statusCode()).isEqualTo(404);
  }

  @Test
  void no_frame_is_larger_than_it_may_be() throws Exception {
    String url = encode(base + "/w/" + id);
    for (int[] most :
        List.of(
            new int[] {100, 1_000},
            new int[] {1_000, 50},
            new int[] {17, 17},
            new int[] {16, 16},
            new int[] {5_000, 99_999})) {
      HttpResponse<String> answer =
          get("/oembed?maxwidth=" + most[0] + "&maxheight=" + most[1] + "&url=" + url);
      JsonNode json = new ObjectMapper().readTree(answer.body());
      assertThat(json.path("width").asInt()).isBetween(1, Math.min(most[0], 1_280));
      assertThat(json.path("height").asInt()).isBetween(1, Math.min(most[1], 720));
    }
    HttpResponse<String> least = get("/oembed?maxwidth=0&maxheight=1&url=" + url);
    JsonNode json = new ObjectMapper().readTree(least.body());
    assertThat(json.path("width").asInt()).isEqualTo(16);
  }

  @Test
  void oembed_speaks_of_this_sites_pages_alone() throws Exception {
    for (String url :
        List.of(base + "/w/" + id, base + "/embed/" + id + "/", base + "/w/" + id + "?t=1#x")) {
      assertThat(get("/oembed?url=" + encode(url)).statusCode()).as(url).isEqualTo(200);
    }
    for (String url :
        List.of(
            "https://live.example/w/" + id,
            "https://live.example/" + base + "/w/" + id,
            base.replace("http:", "https:") + "/w/" + id,
            base + "9/w/" + id,
            base + ".live.example/w/" + id,
            base + "@live.example/w/" + id,
            base + "/x/w/" + id,
            base + "/dashboard",
            "/w/" + id,
            id,
            "")) {
      assertThat(get("/oembed?url=" + encode(url)).statusCode()).as(url).isEqualTo(404);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Test
  void who_asks_too_often_reads_a_page_and_a_program_reads_json() throws Exception {
    try (IngestServer strict =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .set("thumbnails.ffmpeg", "off")
            .set("limits.reads-per-minute", "1")
            .dataDir(other)
            .start()) {
      HttpRequest page =
          HttpRequest.newBuilder(URI.create(strict.httpUrl() + "/w/x"))
              .header("Accept", "text/html,application/xhtml+xml;q=0.9")
              .build();
      HttpResponse<String> first = HTTP.send(page, HttpResponse.BodyHandlers.ofString());
      assertThat(first.statusCode()).isEqualTo(404);
      HttpResponse<String> refused = HTTP.send(page, HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(header(refused, "content-type")).isEqualTo("text/html; charset=utf-8");
      assertThat(header(refused, "retry-after")).matches("[0-9]+");
      assertThat(header(refused, "cache-control")).isEqualTo("no-store");
      assertThat(header(refused, "content-security-policy")).contains("default-src 'none'");
      assertThat(refused.body())
          .contains("<header class=\"bar\">", "<h1>Too many requests</h1>", "from your address.");
      HttpResponse<String> program =
          HTTP.send(
              HttpRequest.newBuilder(URI.create(strict.httpUrl() + "/")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(program.statusCode()).isEqualTo(429);
      assertThat(program.body()).contains("\"rate_limited\"");
    }
  }
}
