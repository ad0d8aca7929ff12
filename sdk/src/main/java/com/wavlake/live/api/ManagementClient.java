package com.wavlake.live.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * The management API of an ingest server. Calls block; refusals are {@link ApiException}s, an
 * unreachable provider is a {@link LiveException}. When the two clocks differ it learns the
 * server's from the refusal and tries once more. Safe for use by many threads.
 */
public final class ManagementClient implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final byte[] NO_BODY = new byte[0];
  private static final long MAX_ANSWER_BYTES = 4 << 20;

  private final HttpUrl base;
  private final Signer signer;
  private final InstantSource clock;
  private final OkHttpClient http;
  private volatile Duration clockSkew = Duration.ZERO;

  private ManagementClient(HttpUrl base, Signer signer, InstantSource clock) {
    this.base = base;
    this.signer = signer;
    this.clock = clock;
    this.http =
        new OkHttpClient.Builder()
            .retryOnConnectionFailure(false) // the same authorisation would be refused as used
            .followRedirects(
                false) // an authorisation names its URL: it is worth nothing at another
            .connectTimeout(Duration.ofSeconds(10))
            .readTimeout(Duration.ofSeconds(30))
            .build();
  }

  /**
   * A client of the server at {@code baseUrl}.
   *
   * @param baseUrl {@code http://…} or {@code https://…}, without {@code /api}
   * @param signer who calls; not closed by this client
   */
  public static ManagementClient at(String baseUrl, Signer signer) {
    return at(baseUrl, signer, InstantSource.system());
  }

  /** With another clock. */
  public static ManagementClient at(String baseUrl, Signer signer, InstantSource clock) {
    HttpUrl url = HttpUrl.parse(baseUrl);
    if (url == null) {
      throw new LiveException(
          Category.INVALID, "provider URL " + baseUrl + ": expected http:// or https://");
    }
    return new ManagementClient(url, signer, clock);
  }

  /** Creates a stream; a repeat after a lost answer creates no second one. */
  public CreatedStream create(CreateStream request) {
    Request.Builder http =
        new Request.Builder().header("Idempotency-Key", UUID.randomUUID().toString());
    byte[] body = Json.write(request).toString().getBytes(StandardCharsets.UTF_8);
    return Json.createdStream(call(http, "POST", path("streams/create"), body));
  }

  /** One's own streams, newest first. */
  public List<StreamDetails> list() {
    JsonNode streams = call("GET", path("streams"), NO_BODY).path("streams");
    return StreamSupport.stream(streams.spliterator(), false).map(Json::streamDetails).toList();
  }

  /** One of one's own streams. */
  public StreamDetails get(String streamId) {
    return Json.streamDetails(call("GET", stream(streamId), NO_BODY));
  }

  /** How a stream is doing; errors and tracks for its owner alone. */
  public StreamStatus status(String streamId) {
    return Json.streamStatus(call("GET", stream(streamId, "status"), NO_BODY));
  }

  /** Says that it is live; refused with 409 until the encoder is connected. */
  public StreamStatus start(String streamId) {
    return Json.streamStatus(call("POST", stream(streamId, "start"), NO_BODY));
  }

  /** Ends it. */
  public StreamStatus stop(String streamId) {
    return Json.streamStatus(call("POST", stream(streamId, "stop"), NO_BODY));
  }

  /** A new stream key; the old one stops at once. */
  public StreamKey rotateKey(String streamId) {
    return StreamKey.parse(
        Json.text(call("POST", stream(streamId, "keys"), NO_BODY), "stream_key"));
  }

  /** Forgets a stream for good, with its recording and its events at the provider. */
  public void delete(String streamId) {
    var unused = call("DELETE", stream(streamId), NO_BODY);
  }

  /** Deletes a finished recording. */
  public void deleteRecording(String streamId) {
    var unused = call("DELETE", stream(streamId, "recording"), NO_BODY);
  }

  /** Where copies of a stream go, and how that goes. */
  public List<Forward> forwards(String streamId) {
    JsonNode forwards = call("GET", stream(streamId, "forwards"), NO_BODY).path("forwards");
    return StreamSupport.stream(forwards.spliterator(), false).map(Json::forward).toList();
  }

  /**
   * Sends a copy to another service while the stream is live.
   *
   * @param name to tell it from others
   * @param server {@code rtmp://…} or {@code rtmps://…}
   * @param key the other service's stream key, which the provider keeps and never tells
   */
  public Forward addForward(String streamId, String name, String server, String key) {
    byte[] body =
        Json.object()
            .put("name", name)
            .put("server", server)
            .put("stream_key", key)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return Json.forward(call("POST", stream(streamId, "forwards"), body));
  }

  /** Uses a forward, or lets it rest. */
  public Forward enableForward(String streamId, String forwardId, boolean enabled) {
    byte[] body = Json.object().put("enabled", enabled).toString().getBytes(StandardCharsets.UTF_8);
    return Json.forward(call("PATCH", stream(streamId, "forwards", forwardId), body));
  }

  /** Forgets a forward. */
  public void removeForward(String streamId, String forwardId) {
    var unused = call("DELETE", stream(streamId, "forwards", forwardId), NO_BODY);
  }

  /** What the provider says of itself; needs no authorisation. */
  public ProviderInfo info() {
    return Json.providerInfo(execute(new Request.Builder().url(path("info")).build()));
  }

  /** What is live at the provider; needs no authorisation. */
  public List<LiveListing> live() {
    JsonNode streams = execute(new Request.Builder().url(path("live")).build()).path("streams");
    return StreamSupport.stream(streams.spliterator(), false).map(Json::liveListing).toList();
  }

  /** The provider's clock; needs no authorisation. */
  public Instant time() {
    return Json.unixTime(execute(new Request.Builder().url(path("time")).build()));
  }

  /**
   * Deposits the event that ends a stream's live event, should its streamer die: signed by them,
   * status ended, stamped ahead. It takes the place of what was deposited before.
   *
   * @throws ApiException NOT_FOUND from a provider that keeps no last wills
   */
  public void depositLastWill(String streamId, Event ended) {
    byte[] body = ended.toJson().getBytes(StandardCharsets.UTF_8);
    var unused = call("PUT", stream(streamId, "last-will"), body);
  }

  /** Withdraws it. */
  public void withdrawLastWill(String streamId) {
    var unused = call("DELETE", stream(streamId, "last-will"), NO_BODY);
  }

  /**
   * Follows a stream until it ends or this thread is interrupted. What is so at the moment of
   * connecting is told first, and again after each reconnect.
   *
   * @param listener called on this thread
   */
  public void follow(String streamId, Consumer<StreamEvent> listener) throws InterruptedException {
    follow(streamId, listener, problem -> {});
  }

  /**
   * The same, and {@code onLost} hears why the connection was lost, each time, while it is tried
   * again.
   */
  public void follow(String streamId, Consumer<StreamEvent> listener, Consumer<String> onLost)
      throws InterruptedException {
    OkHttpClient patient = http.newBuilder().readTimeout(45, TimeUnit.SECONDS).build();
    while (true) {
      HttpUrl url = stream(streamId, "events");
      Request request =
          authorised(
              new Request.Builder().header("Accept", "text/event-stream"), "GET", url, NO_BODY);
      try (Response response = patient.newCall(request).execute()) {
        if (!response.isSuccessful()) {
          throw refusal(response);
        }
        if (EventStream.read(response.body().source(), listener)) {
          return;
        }
        onLost.accept("it closed the connection");
      } catch (InterruptedIOException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        onLost.accept("no word from it");
      } catch (IOException e) {
        onLost.accept(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
      } catch (ApiException e) {
        boolean passing = e.status() >= 500 || e.status() == 429;
        if (passing) {
          onLost.accept("HTTP " + e.status());
        } else if (!learnsClock(e)) {
          throw e;
        }
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.connectionPool().evictAll();
    http.dispatcher().executorService().shutdown();
  }

  private JsonNode call(String method, HttpUrl url, byte[] body) {
    return call(new Request.Builder(), method, url, body);
  }

  /** Every call may be repeated: a create by its Idempotency-Key, the others by what they do. */
  private JsonNode call(Request.Builder request, String method, HttpUrl url, byte[] body) {
    try {
      return once(request, method, url, body);
    } catch (LiveException e) {
      boolean answerLost =
          e.getCause() instanceof IOException && !(e.getCause() instanceof ConnectException);
      if (!answerLost) {
        throw e;
      }
      return once(request, method, url, body);
    }
  }

  private JsonNode once(Request.Builder request, String method, HttpUrl url, byte[] body) {
    try {
      return execute(authorised(request, method, url, body));
    } catch (ApiException e) {
      if (!learnsClock(e)) {
        throw e;
      }
      return execute(
          authorised(request, method, url, body)); // it was refused before anything was done
    }
  }

  private Request authorised(Request.Builder request, String method, HttpUrl url, byte[] body) {
    String authorization =
        Nip98.authorization(signer, method, url.toString(), body, clock.instant().plus(clockSkew));
    RequestBody payload = method.equals("GET") ? null : RequestBody.create(body, JSON);
    return request.url(url).header("Authorization", authorization).method(method, payload).build();
  }

  private JsonNode execute(Request request) {
    try (Response response = http.newCall(request).execute()) {
      if (!response.isSuccessful()) {
        throw refusal(response);
      }
      String answer = text(response.body());
      return Json.parse(answer.isEmpty() ? "{}" : answer); // 204 says nothing
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new LiveException(Category.UNREACHABLE, "provider " + base + ": " + why, e);
    }
  }

  private static ApiException refusal(Response response) throws IOException {
    String body = text(response.body());
    Map<String, String> fields = new HashMap<>();
    String code = "http_" + response.code();
    String detail = "HTTP " + response.code();
    Optional<JsonNode> parsed = Json.object(body);
    if (parsed.isPresent()) {
      JsonNode problem = parsed.get();
      code = problem.path("code").asText(code);
      detail = problem.path("detail").asText(detail);
      problem
          .path("errors")
          .properties()
          .forEach(e -> fields.put(e.getKey(), e.getValue().asText()));
      if (problem.path("server_time").isIntegralNumber()) {
        fields.put("server_time", problem.path("server_time").asText());
      }
    }
    return new ApiException(response.code(), code, detail, fields);
  }

  /**
   * Whether the refusal was one of clocks; then the next call is stamped with the server's time.
   */
  private boolean learnsClock(ApiException refusal) {
    Optional<Long> server =
        refusal.code().equals("clock_skew")
            ? Optional.ofNullable(refusal.fields().get("server_time")).map(Long::valueOf)
            : Optional.empty();
    server.ifPresent(now -> clockSkew = Duration.ofSeconds(now - clock.instant().getEpochSecond()));
    return server.isPresent();
  }

  private static String text(ResponseBody body) throws IOException {
    if (body.source().request(MAX_ANSWER_BYTES)) {
      throw new IOException("answer is over " + MAX_ANSWER_BYTES + " bytes");
    }
    return body.source().readUtf8();
  }

  private HttpUrl path(String path) {
    return base.newBuilder().addPathSegments("api/v1/" + path).build();
  }

  private HttpUrl stream(String streamId, String... more) {
    HttpUrl.Builder url = path("streams").newBuilder().addPathSegment(streamId);
    for (String segment : more) {
      url.addPathSegment(segment);
    }
    return url.build();
  }
}
