package com.wavlake.ingest.e2e;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One socket to a relay: says whatever it is told to say, right or wrong, and keeps what it hears
 * in order. Nothing is waited for longer than five seconds.
 */
final class RawRelayClient implements AutoCloseable {
  /** The verb of what is heard last when the other side hangs up. */
  static final String GONE = "(gone)";

  private static final long DEADLINE_MILLIS = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final BlockingQueue<JsonNode> heard = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> challenge = new CompletableFuture<>();
  private final WebSocket socket;

  private RawRelayClient(HttpClient http, String url) throws InterruptedException {
    CompletableFuture<WebSocket> opening =
        http.newWebSocketBuilder()
            .connectTimeout(Duration.ofMillis(DEADLINE_MILLIS))
            .buildAsync(URI.create(url), new Ear());
    try {
      socket = opening.get(DEADLINE_MILLIS, MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("no WebSocket at " + url, e);
    }
  }

  static RawRelayClient connect(String url) throws InterruptedException {
    return connect(HTTP, url);
  }

  /** The same through another client, for instance one with another address. */
  static RawRelayClient connect(HttpClient http, String url) throws InterruptedException {
    return new RawRelayClient(http, url);
  }

  /** Sends a text frame; when the other side has hung up, what is heard next says so. */
  void send(String frame) throws InterruptedException {
    try {
      socket.sendText(frame, true).get(DEADLINE_MILLIS, MILLISECONDS);
    } catch (ExecutionException e) {
      heard.add(gone(String.valueOf(e.getCause())));
    } catch (TimeoutException e) {
      throw new AssertionError("the relay does not read", e);
    }
  }

  /** The next frame but for the challenge; of the verb {@link #GONE} when there will be none. */
  JsonNode next() throws InterruptedException {
    JsonNode frame = heard.poll(DEADLINE_MILLIS, MILLISECONDS);
    if (frame == null) {
      throw new AssertionError("no frame for " + DEADLINE_MILLIS + " ms");
    }
    return frame;
  }

  /** Every frame up to the one that begins with these two strings, which is the last. */
  List<JsonNode> until(String verb, String subject) throws InterruptedException {
    List<JsonNode> frames = new ArrayList<>();
    while (true) {
      JsonNode frame = heard.poll(DEADLINE_MILLIS, MILLISECONDS);
      if (frame == null || frame.path(0).asText().equals(GONE)) {
        throw new AssertionError(
            "no " + verb + " " + subject + "; heard " + frames + " and then " + frame);
      }
      frames.add(frame);
      if (frame.path(0).asText().equals(verb) && frame.path(1).asText().equals(subject)) {
        return frames;
      }
    }
  }

  /** What the relay wants signed (NIP-42). */
  String challenge() throws InterruptedException {
    try {
      return challenge.get(DEADLINE_MILLIS, MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the relay has sent no AUTH", e);
    }
  }

  @Override
  public void close() {
    socket.abort();
  }

  private static JsonNode gone(String why) {
    return JSON.createArrayNode().add(GONE).add(why);
  }

  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        hear(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void hear(String frame) {
      try {
        JsonNode json = JSON.readTree(frame);
        if (json.path(0).asText().equals("AUTH")) {
          challenge.complete(json.path(1).asText());
        } else {
          heard.add(json);
        }
      } catch (JsonProcessingException e) {
        heard.add(gone("not JSON: " + frame));
      }
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      heard.add(gone(code + " " + reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      heard.add(gone(error.toString()));
    }
  }
}
