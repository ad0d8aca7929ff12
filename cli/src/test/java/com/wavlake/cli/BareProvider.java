package com.wavlake.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * A provider with nothing but what it has to have: stands before a real one, and knows no more than
 * create, start, stop, status and what viewers fetch.
 */
final class BareProvider implements AutoCloseable {
  private static final Pattern KNOWN =
      Pattern.compile("/api/v1/streams/(create|[^/]+/(start|stop|status))|/live/.*");
  private static final List<String> PASSED_ON =
      List.of("Authorization", "Content-Type", "User-Agent", "X-Playback-Session-Id");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpServer front;
  private volatile String behind = "";

  BareProvider() throws IOException {
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.setExecutor(threads);
    var _ = front.createContext("/", this::answer);
    front.start();
  }

  String url() {
    return "http://127.0.0.1:" + front.getAddress().getPort();
  }

  void standsBefore(int port) {
    behind = "http://127.0.0.1:" + port;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!KNOWN.matcher(exchange.getRequestURI().getPath()).matches()) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI()))
              .method(
                  exchange.getRequestMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      for (String header : PASSED_ON) {
        exchange
            .getRequestHeaders()
            .getOrDefault(header, List.of())
            .forEach(value -> request.header(header, value));
      }
      HttpResponse<byte[]> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      exchange.sendResponseHeaders(
          response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
      exchange.getResponseBody().write(response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    front.stop(0);
    http.shutdownNow();
    threads.shutdownNow();
  }
}
