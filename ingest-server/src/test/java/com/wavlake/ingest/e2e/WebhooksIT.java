package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to a stream, told to a web server; whatever happens to ours. */
@Timeout(60)
final class WebhooksIT extends MediaTestBase {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<String> ids = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);

  private String receiver() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          ids.add(exchange.getRequestHeaders().getFirst("webhook-id"));
          told.add(JSON.readTree(body).path("type").asText());
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    http.start();
    closing(() -> http.stop(0));
    return "http://127.0.0.1:" + http.getAddress().getPort() + "/";
  }

  private JsonNode add(String http, String url) throws Exception {
    HttpResponse<String> answer =
        signed(http, "POST", "/api/v1/webhooks", "{\"url\":\"" + url + "\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return JSON.readTree(answer.body());
  }

  @Test
  void an_owner_is_told_and_sees_what_was_told() throws Exception {
    IngestServer server = server("webhooks.targets=anywhere");
    ManagementClient client = client(server.httpUrl());
    JsonNode webhook = add(server.httpUrl(), receiver());
    assertThat(webhook.path("secret").asText()).matches("whsec_[A-Za-z0-9+/]{32}");
    CreatedStream stream = create(client);
    publish(server.rtmpUrl(), stream);
    client.start(stream.streamId());
    await().untilAsserted(() -> assertThat(told).containsExactly("stream.live"));
    client.stop(stream.streamId());
    await().untilAsserted(() -> assertThat(told).containsExactly("stream.live", "stream.ended"));
    String list = signed(server.httpUrl(), "GET", "/api/v1/webhooks", "").body();
    assertThat(list).doesNotContain("whsec_").contains(ids);
  }

  @Test
  void this_network_is_not_for_strangers_to_name() throws Exception {
    IngestServer server = server();
    for (String url : List.of(receiver(), "https://127.0.0.1/", "https://[::1]/")) {
      HttpResponse<String> answer =
          signed(server.httpUrl(), "POST", "/api/v1/webhooks", "{\"url\":\"" + url + "\"}");
      assertThat(answer.statusCode()).as(url).isEqualTo(400);
      assertThat(answer.body()).contains("\"url\"");
    }
  }

  @Test
  void a_server_that_is_killed_right_after_a_change_tells_of_it_when_it_is_back() throws Exception {
    status.set(500);
    String[] settings = {
      "http.port=0",
      "data.dir=" + directory.resolve("data"),
      "thumbnails.ffmpeg=off",
      "webhooks.targets=anywhere"
    };
    ServerProcess server =
        closing(ServerProcess.start(directory.resolve("server-1.log"), settings));
    String secret = add(server.http(), receiver()).path("secret").asText();
    ManagementClient client = client(server.http());
    CreatedStream stream = create(client);
    publish(server.rtmp(), stream);
    client.start(stream.streamId());
    server.kill();
    status.set(200);
    int before = ids.size();
    ServerProcess again = closing(ServerProcess.start(directory.resolve("server-2.log"), settings));
    await()
        .atMost(TIMEOUT)
        .untilAsserted(() -> assertThat(told).hasSizeGreaterThan(before).contains("stream.live"));
    assertThat(ids.stream().distinct()).as("the same at each attempt").hasSize(1);
    assertThat(signed(again.http(), "GET", "/api/v1/webhooks", "").body())
        .contains(ids.getFirst())
        .doesNotContain(secret);
  }
}
