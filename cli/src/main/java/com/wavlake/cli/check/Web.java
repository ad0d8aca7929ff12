package com.wavlake.cli.check;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** HTTP as anybody's player or script speaks it. Safe for use by many threads. */
final class Web implements AutoCloseable {
  private static final int MAX_BYTES = 32 << 20;

  private final HttpClient http;
  private final Duration timeout;

  Web(Duration timeout) {
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(timeout)
            .build();
  }

  /**
   * An answer.
   *
   * @param uri where it came from, behind redirects
   */
  record Answer(URI uri, int status, byte[] body, Optional<String> allowedOrigin) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** This answer, unless it is a refusal. */
    Answer requireOk() throws IOException {
      if (status != 200) {
        throw new IOException("HTTP " + status + " from " + uri);
      }
      return this;
    }
  }

  /** A URL of somebody else's. */
  static URI uri(String text) throws IOException {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new IOException("no URL: " + text, e);
    }
  }

  private static HttpRequest.Builder to(URI uri) throws IOException {
    try {
      return HttpRequest.newBuilder(uri);
    } catch (IllegalArgumentException e) {
      throw new IOException("no URL of HTTP: " + uri, e);
    }
  }

  Answer get(URI uri, Map<String, String> headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = to(uri).timeout(timeout).GET();
    headers.forEach(request::header);
    return send(request.build());
  }

  Answer post(URI uri, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        to(uri).timeout(timeout).POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return send(request.build());
  }

  private Answer send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      byte[] body = in.readNBytes(MAX_BYTES + 1);
      if (body.length > MAX_BYTES) {
        throw new IOException("over " + MAX_BYTES + " bytes from " + request.uri());
      }
      return new Answer(
          response.uri(),
          response.statusCode(),
          body,
          response.headers().firstValue("Access-Control-Allow-Origin"));
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
