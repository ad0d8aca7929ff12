package com.wavlake.live.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private static final int MAX_PAGE = 200;
  private static final int MAX_PAGES = 100;
  private static final String PUBLISHERS = "admin/publishers";

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
    return Json.createdStream(
        call(http, "POST", path("streams/create"), bytes(Json.write(request))));
  }

  /**
   * All of one's own streams, newest first, page after page.
   *
   * @throws LiveException INVALID from a provider whose pages do not end
   */
  public List<StreamDetails> list() {
    List<StreamDetails> all = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    for (int i = 0; i < MAX_PAGES; i++) {
      Page page = list(cursor, MAX_PAGE);
      all.addAll(page.streams());
      if (page.next().isEmpty()) {
        return all;
      }
      cursor = page.next();
    }
    throw new LiveException(
        Category.INVALID, "provider " + base + ": over " + MAX_PAGES + " pages of streams");
  }

  /**
   * Some of one's own streams, newest first.
   *
   * @param cursor where to begin, of the {@link Page} before; empty for the newest
   * @param limit how many at most, 1 … 200
   */
  public Page list(Optional<String> cursor, int limit) {
    HttpUrl.Builder url =
        path("streams").newBuilder().addQueryParameter("limit", Integer.toString(limit));
    cursor.ifPresent(next -> url.addQueryParameter("cursor", next));
    return Json.page(call("GET", url.build(), NO_BODY));
  }

  /** One of one's own streams. */
  public StreamDetails get(String streamId) {
    return Json.streamDetails(call("GET", stream(streamId), NO_BODY));
  }

  /**
   * Changes what is set in {@code edit}; what is said of the stream on relays is another matter.
   *
   * @return the stream as it is now
   */
  public StreamDetails edit(String streamId, StreamEdit edit) {
    return Json.streamDetails(call("PATCH", stream(streamId), bytes(Json.write(edit))));
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
    JsonNode answer = call("GET", stream(streamId, "forwards"), NO_BODY);
    return Json.list(answer.path("forwards"), Json::forward);
  }

  /**
   * Sends a copy to another service while the stream is live.
   *
   * @param name to tell it from others
   * @param server {@code rtmp://…} or {@code rtmps://…}
   * @param key the other service's stream key, which the provider keeps and never tells
   */
  public Forward addForward(String streamId, String name, String server, String key) {
    ObjectNode forward =
        Json.object().put("name", name).put("server", server).put("stream_key", key);
    return Json.forward(
        once(new Request.Builder(), "POST", stream(streamId, "forwards"), bytes(forward)));
  }

  /** Uses a forward, or lets it rest. */
  public Forward enableForward(String streamId, String forwardId, boolean enabled) {
    ObjectNode change = Json.object().put("enabled", enabled);
    return Json.forward(call("PATCH", stream(streamId, "forwards", forwardId), bytes(change)));
  }

  /** Forgets a forward. */
  public void removeForward(String streamId, String forwardId) {
    var unused = call("DELETE", stream(streamId, "forwards", forwardId), NO_BODY);
  }

  /**
   * How a stream was doing; where there is more than one answer holds, {@link
   * StreamMetrics#nextSince} is the {@code since} of the next call.
   *
   * @param since this moment included
   * @param until this moment included
   */
  public StreamMetrics metrics(String streamId, Instant since, Instant until) {
    HttpUrl url =
        stream(streamId, "metrics")
            .newBuilder()
            .addQueryParameter("since", since.toString())
            .addQueryParameter("until", until.toString())
            .build();
    return Json.metrics(call("GET", url, NO_BODY));
  }

  /** What went wrong with a stream, newest first: the last hundred. */
  public List<StreamError> errors(String streamId) {
    JsonNode answer = call("GET", stream(streamId, "errors"), NO_BODY);
    return Json.list(answer.path("errors"), Json::error);
  }

  /** What is left of one's own streams that the provider has forgotten, newest first. */
  public List<StreamSummary> summaries() {
    JsonNode answer = call("GET", path("summaries"), NO_BODY);
    return Json.list(answer.path("summaries"), Json::summary);
  }

  /** The rules of a stream's chat. */
  public ChatRules moderation(String streamId) {
    return Json.moderation(call("GET", stream(streamId, "moderation"), NO_BODY));
  }

  /** Puts these rules in place of all before: begin with {@link #moderation} to change some. */
  public ChatRules moderate(String streamId, ChatRules rules) {
    return Json.moderation(call("PUT", stream(streamId, "moderation"), bytes(Json.write(rules))));
  }

  /** One's own webhooks. */
  public List<Webhook> webhooks() {
    return Json.list(call("GET", path("webhooks"), NO_BODY).path("webhooks"), Json::webhook);
  }

  /**
   * Has a URL told what happens to one's streams.
   *
   * @param events of which: {@code stream.live}, {@code stream.ended}, {@code stream.error}; empty
   *     for all
   */
  public CreatedWebhook addWebhook(String url, Set<String> events) {
    ObjectNode webhook = Json.object().put("url", url);
    if (!events.isEmpty()) {
      events.stream().sorted().forEach(webhook.putArray("events")::add);
    }
    JsonNode answer = once(new Request.Builder(), "POST", path("webhooks"), bytes(webhook));
    return new CreatedWebhook(Json.webhook(answer), Json.text(answer, "secret"));
  }

  /** Forgets a webhook; what is under way to it is given up. */
  public void removeWebhook(String webhookId) {
    var unused = call("DELETE", path("webhooks", webhookId), NO_BODY);
  }

  /** For admins: who asked to publish, or was spoken of. */
  public List<Publisher> publishers() {
    return publishers(path(PUBLISHERS));
  }

  /** For admins: those of them who stand there. */
  public List<Publisher> publishers(Publisher.Status status) {
    return publishers(
        path(PUBLISHERS).newBuilder().addQueryParameter("status", Json.wire(status)).build());
  }

  private List<Publisher> publishers(HttpUrl url) {
    return Json.list(call("GET", url, NO_BODY).path("publishers"), Json::publisher);
  }

  /**
   * For admins: approves, denies or suspends somebody. Who is suspended is off air at once.
   *
   * @param note the admin's own, at most 200 characters
   */
  public Publisher setPublisher(PublicKey who, Publisher.Status status, String note) {
    ObjectNode word = Json.object().put("status", Json.wire(status)).put("note", note);
    return Json.publisher(call("PUT", path(PUBLISHERS, who.hex()), bytes(word)));
  }

  /** For admins: forgets what was said of somebody. */
  public void removePublisher(PublicKey who) {
    var unused = call("DELETE", path(PUBLISHERS, who.hex()), NO_BODY);
  }

  /** What the provider says of itself; needs no authorisation. */
  public ProviderInfo info() {
    return Json.providerInfo(ask("info"));
  }

  /** For admins: how full the provider is. Empty for everybody else. */
  public List<Capacity> capacity() {
    return Json.list(call("GET", path("info"), NO_BODY).path("capacity"), Json::capacity);
  }

  /** What is live at the provider, newest first; needs no authorisation. */
  public List<LiveListing> live() {
    return Json.list(ask("live").path("streams"), Json::liveListing);
  }

  /** What is planned at the provider, soonest first; needs no authorisation. */
  public List<PlannedListing> planned() {
    return Json.list(ask("live").path("planned"), Json::plannedListing);
  }

  /**
   * What was live at the provider and is over, newest first; needs no authorisation. The provider
   * says how many it lists; one of an older version lists none.
   */
  public List<EndedListing> ended() {
    return Json.list(ask("live").path("ended"), Json::endedListing);
  }

  /**
   * One stream, as everybody may see it; needs no authorisation.
   *
   * @param idOrNaddr the stream's id or naddr
   * @throws ApiException NOT_FOUND for one that is not there, and from a provider of an older
   *     version
   */
  public StreamListing listing(String idOrNaddr) {
    return Json.streamListing(ask("live", idOrNaddr));
  }

  /** The provider's clock; needs no authorisation. */
  public Instant time() {
    return Json.unixTime(ask("time"));
  }

  /**
   * Deposits the event that ends a stream's live event, should its streamer die: signed by them,
   * status ended, stamped ahead. It takes the place of what was deposited before.
   *
   * @return what the provider will do with it
   * @throws ApiException NOT_FOUND from a provider that keeps no last wills
   */
  public WillDeposit depositLastWill(String streamId, Event ended) {
    byte[] body = ended.toJson().getBytes(StandardCharsets.UTF_8);
    return Json.willDeposit(call("PUT", stream(streamId, "last-will"), body), ended);
  }

  /** The last will that is kept for a stream, and what became of one that was sent out. */
  public Optional<WillState> lastWill(String streamId) {
    try {
      return Optional.of(Json.willState(call("GET", stream(streamId, "last-will"), NO_BODY)));
    } catch (ApiException e) {
      if (e.category() == Category.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
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
        switch (EventStream.read(response.body().source(), listener)) {
          case STREAM_ENDED -> {
            return;
          }
          case KEY_REPLACED -> {} // no loss: it is asked for anew
          case LOST -> onLost.accept("it closed the connection");
        }
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

  /**
   * Repeats a call whose answer was lost: a create by its Idempotency-Key, others by what they do.
   * Not for those that would then have done it twice.
   */
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

  /** What everybody may know. */
  private JsonNode ask(String path, String... more) {
    return execute(new Request.Builder().url(path(path, more)).build());
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private HttpUrl path(String path, String... more) {
    HttpUrl.Builder url = base.newBuilder().addPathSegments("api/v1/" + path);
    for (String segment : more) {
      url.addPathSegment(segment);
    }
    return url.build();
  }

  private HttpUrl stream(String streamId, String... more) {
    HttpUrl.Builder url = path("streams", streamId).newBuilder();
    for (String segment : more) {
      url.addPathSegment(segment);
    }
    return url.build();
  }
}
