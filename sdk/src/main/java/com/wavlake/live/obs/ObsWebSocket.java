package com.wavlake.live.obs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.Sha256;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives a running OBS Studio 28 or newer (obs-websocket 5, rpcVersion 1). Calls block; one
 * connection is for one session of OBS: when OBS ends, calls fail as unreachable. Safe for use by
 * many threads.
 *
 * @see <a
 *     href="https://github.com/obsproject/obs-websocket/blob/master/docs/generated/protocol.md">
 *     obs-websocket protocol</a>
 */
public final class ObsWebSocket implements AutoCloseable {
  /** Where OBS listens by default. */
  public static final String DEFAULT_URL = "ws://127.0.0.1:4455";

  private static final int OP_HELLO = 0;
  private static final int OP_IDENTIFY = 1;
  private static final int OP_IDENTIFIED = 2;
  private static final int OP_EVENT = 5;
  private static final int OP_REQUEST = 6;
  private static final int OP_RESPONSE = 7;
  private static final int RPC_VERSION = 1;
  private static final int EVENTS_OF_OUTPUTS = 64;
  private static final int CLOSE_WRONG_PASSWORD = 4009;
  private static final int STATUS_WHILE_STREAMING = 500;
  private static final int MAX_WAITING = 64;
  private static final int SETTLING_MILLIS = 50;
  private static final int NORMAL_CLOSURE = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger log = LoggerFactory.getLogger(ObsWebSocket.class);

  private static final OkHttpClient HTTP =
      new OkHttpClient.Builder()
          .connectTimeout(Duration.ofSeconds(5))
          .readTimeout(Duration.ZERO)
          .pingInterval(Duration.ofSeconds(15))
          .dispatcher(new Dispatcher(daemons()))
          .build();

  private final String url;
  private final String password;
  private final Duration timeout;
  private final CompletableFuture<Void> identified = new CompletableFuture<>();
  private final Map<String, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<OutputState>> awaited = new ConcurrentHashMap<>();
  private final List<Consumer<OutputState>> stateListeners = new CopyOnWriteArrayList<>();
  private final CompletableFuture<LiveException> end = new CompletableFuture<>();
  private final WebSocket socket;
  private volatile boolean isClosed;

  /** What OBS's stream output is doing, by the end of obs-websocket's names. */
  public enum OutputState {
    /** It is about to start. */
    STARTING,
    /** It streams. */
    STARTED,
    /** It is about to stop. */
    STOPPING,
    /** It does not stream, or could not start. */
    STOPPED,
    /** It has lost the server and tries again. */
    RECONNECTING,
    /** It has found the server again. */
    RECONNECTED,
    /** Something newer than this library. */
    OTHER;

    private static OutputState of(String wire) {
      for (OutputState state : values()) {
        if (wire.equals("OBS_WEBSOCKET_OUTPUT_" + state)) {
          return state;
        }
      }
      return OTHER;
    }
  }

  /**
   * How OBS's stream is doing.
   *
   * @param active whether it streams
   * @param reconnecting whether it looks for the server
   * @param durationMillis since it started, by the pictures sent: after a change of video settings
   *     OBS 29.0.2 was seen to give times out of nowhere
   * @param bytes sent
   * @param skippedFrames that it did not encode or send in time
   * @param totalFrames in all
   * @param congestion of the connection, 0 … 1
   */
  public record StreamStatus(
      boolean active,
      boolean reconnecting,
      long durationMillis,
      long bytes,
      long skippedFrames,
      long totalFrames,
      double congestion) {}

  /**
   * Where OBS streams to.
   *
   * @param name of the service, as OBS lists it; empty for a custom server
   * @param server its URL, or {@code auto}
   * @param key the stream key; not in {@link #toString}
   */
  public record StreamService(Optional<String> name, String server, String key) {
    /** Whether that is where those settings lead. */
    public boolean isThatOf(EncoderSettings settings) {
      return server.equals(settings.server()) && key.equals(settings.key().reveal());
    }

    @Override
    public String toString() {
      return name.map(n -> n + " ").orElse("") + server;
    }
  }

  private ObsWebSocket(HttpUrl http, String url, String password, Duration timeout) {
    this.url = url;
    this.password = password;
    this.timeout = timeout;
    Request request =
        new Request.Builder()
            .url(http)
            .header("Sec-WebSocket-Protocol", "obswebsocket.json")
            .build();
    this.socket = HTTP.newWebSocket(request, new Frames());
  }

  /**
   * Connects and identifies.
   *
   * @param url for instance {@link #DEFAULT_URL}
   * @param password of OBS's websocket server; empty when it asks for none
   * @param timeout for this and for each call
   * @throws LiveException UNREACHABLE, TIMED_OUT, or UNAUTHORIZED when the password is wrong
   */
  public static ObsWebSocket connect(String url, String password, Duration timeout) {
    HttpUrl http =
        url.startsWith("ws://") || url.startsWith("wss://")
            ? HttpUrl.parse(url.replaceFirst("^ws", "http"))
            : null;
    if (http == null) {
      throw new LiveException(Category.INVALID, "OBS at " + url + ": expected ws://host:port");
    }
    ObsWebSocket obs = new ObsWebSocket(http, url, password, timeout);
    try {
      var unused = obs.await(obs.identified, "connecting");
      return obs;
    } catch (LiveException e) {
      obs.close();
      throw e;
    }
  }

  /** OBS's own version. */
  public String version() {
    return call("GetVersion", JSON.createObjectNode()).path("obsVersion").asText("");
  }

  /**
   * Enters server and key.
   *
   * @throws LiveException CONFLICT while it streams
   */
  public void apply(EncoderSettings settings) {
    ObjectNode data = JSON.createObjectNode().put("streamServiceType", "rtmp_custom");
    data.set("streamServiceSettings", ObsProfile.serviceSettings(settings)); // it merges: say all
    var unused = call("SetStreamServiceSettings", data);
  }

  /** Where it streams to, or would. */
  public StreamService service() {
    JsonNode settings =
        call("GetStreamServiceSettings", JSON.createObjectNode()).path("streamServiceSettings");
    return new StreamService(
        Optional.ofNullable(settings.path("service").textValue()),
        settings.path("server").asText(""),
        settings.path("key").asText(""));
  }

  /** How the stream is doing. */
  public StreamStatus status() {
    JsonNode data = call("GetStreamStatus", JSON.createObjectNode());
    JsonNode rate = video();
    long frames = data.path("outputTotalFrames").asLong();
    double perSecond =
        rate.path("fpsNumerator").asDouble() / rate.path("fpsDenominator").asDouble(1);
    return new StreamStatus(
        data.path("outputActive").asBoolean(),
        data.path("outputReconnecting").asBoolean(),
        perSecond > 0 ? Math.round(frames * 1000 / perSecond) : 0,
        data.path("outputBytes").asLong(),
        data.path("outputSkippedFrames").asLong(),
        frames,
        data.path("outputCongestion").asDouble());
  }

  /** Calls {@code listener} whenever the stream output changes, on OBS's thread of ours. */
  public void onState(Consumer<OutputState> listener) {
    stateListeners.add(listener);
  }

  /**
   * Calls {@code listener} once the connection is lost, with the reason: OBS has ended, or has
   * turned its websocket server off. Not after {@link #close}.
   */
  public void onLost(Consumer<LiveException> listener) {
    var unused = end.thenAccept(listener);
  }

  /**
   * Starts to stream, and returns once it does.
   *
   * @throws LiveException CONFLICT when it streams already; REFUSED when it stopped again at once,
   *     because the server or the key is wrong; TIMED_OUT
   */
  public void startStream() {
    reach("StartStream", OutputState.STARTED, OutputState.STOPPED);
  }

  /**
   * Stops to stream, and returns once it has.
   *
   * @throws LiveException CONFLICT when it does not stream; TIMED_OUT
   */
  public void stopStream() {
    reach("StopStream", OutputState.STOPPED, OutputState.STARTED);
    long end = System.nanoTime() + timeout.toNanos();
    try {
      while (status().active()) { // OBS says STOPPED a moment before it can start again
        if (System.nanoTime() > end) {
          throw new LiveException(
              Category.TIMED_OUT, "OBS at " + url + ": it has not stopped in time");
        }
        TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LiveException(Category.TIMED_OUT, "OBS: interrupted", e);
    }
  }

  /** The answer comes before the effect: the event tells of that. */
  private void reach(String request, OutputState wanted, OutputState failed) {
    CompletableFuture<OutputState> reached = new CompletableFuture<>();
    Consumer<OutputState> listener =
        state -> {
          if (state == wanted || state == failed) {
            reached.complete(state);
          }
        };
    stateListeners.add(listener);
    String id = UUID.randomUUID().toString();
    awaited.put(id, reached);
    try {
      var unused = call(request, JSON.createObjectNode());
      if (await(reached, request) == failed) {
        throw new LiveException(
            Category.REFUSED, "OBS did not do it: its log says why; server and key may be wrong");
      }
    } finally {
      stateListeners.remove(listener);
      awaited.remove(id);
    }
  }

  /**
   * Any request of the protocol.
   *
   * @param type for instance {@code SetProfileParameter}
   * @param dataJson a JSON object
   * @return the answer's data, a JSON object
   */
  public String request(String type, String dataJson) {
    try {
      JsonNode answer = call(type, (ObjectNode) JSON.readTree(dataJson));
      return answer.isObject() ? answer.toString() : "{}"; // many have nothing to say
    } catch (JsonProcessingException | ClassCastException e) {
      throw new LiveException(Category.INVALID, "request data: no JSON object", e);
    }
  }

  private JsonNode call(String type, ObjectNode data) {
    if (waiting.size() >= MAX_WAITING) {
      throw new LiveException(Category.CONFLICT, MAX_WAITING + " requests wait for OBS already");
    }
    String id = UUID.randomUUID().toString();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    try {
      ObjectNode request = JSON.createObjectNode().put("requestType", type).put("requestId", id);
      request.set("requestData", data);
      send(OP_REQUEST, request);
      JsonNode response = await(answer, type);
      JsonNode status = response.path("requestStatus");
      if (!status.path("result").asBoolean()) {
        throw refusal(type, status);
      }
      return response.path("responseData");
    } finally {
      waiting.remove(id);
    }
  }

  private static LiveException refusal(String type, JsonNode status) {
    int code = status.path("code").asInt();
    String comment = status.path("comment").asText("");
    boolean state = code >= STATUS_WHILE_STREAMING && code < STATUS_WHILE_STREAMING + 100;
    return new LiveException(
        state ? Category.CONFLICT : Category.REFUSED,
        "OBS refused " + type + " (" + code + ")" + (comment.isEmpty() ? "" : ": " + comment));
  }

  private void send(int op, ObjectNode data) {
    ObjectNode frame = JSON.createObjectNode().put("op", op);
    frame.set("d", data);
    if (!socket.send(frame.toString())) {
      throw new LiveException(Category.UNREACHABLE, "OBS at " + url + ": the connection is closed");
    }
  }

  String parameter(String category, String name) {
    JsonNode answer =
        call(
            "GetProfileParameter",
            JSON.createObjectNode().put("parameterCategory", category).put("parameterName", name));
    return answer.path("parameterValue").asText(""); // null where it was never set
  }

  void parameter(String category, String name, String value) {
    var unused =
        call(
            "SetProfileParameter",
            JSON.createObjectNode()
                .put("parameterCategory", category)
                .put("parameterName", name)
                .put("parameterValue", value));
  }

  JsonNode video() {
    return call("GetVideoSettings", JSON.createObjectNode());
  }

  void video(ObjectNode settings) {
    var unused = call("SetVideoSettings", settings);
  }

  private <T> T await(CompletableFuture<T> future, String what) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new LiveException(
          Category.TIMED_OUT, "OBS at " + url + ": no answer to " + what + " in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LiveException(Category.TIMED_OUT, "OBS: interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LiveException why) {
        throw new LiveException(why.category(), why.getMessage(), e);
      }
      throw new IllegalStateException(e);
    }
  }

  /** Whoever forgets to close it can end all the same. */
  private static ExecutorService daemons() {
    return Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("obs-", 0).factory());
  }

  private void ended(LiveException why) {
    identified.completeExceptionally(why);
    waiting.values().forEach(answer -> answer.completeExceptionally(why));
    awaited.values().forEach(state -> state.completeExceptionally(why));
    if (!isClosed) {
      end.complete(why);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    if (!socket.close(NORMAL_CLOSURE, null)) {
      socket.cancel();
    }
  }

  /** base64(sha256(base64(sha256(password + salt)) + challenge)). */
  static String authentication(String password, String salt, String challenge) {
    return digest(digest(password + salt) + challenge);
  }

  private static String digest(String text) {
    return Base64.getEncoder().encodeToString(Sha256.of(text));
  }

  private final class Frames extends WebSocketListener {
    @Override
    public void onMessage(WebSocket webSocket, String text) {
      try {
        JsonNode frame = JSON.readTree(text);
        JsonNode data = frame.path("d");
        switch (frame.path("op").asInt(-1)) {
          case OP_HELLO -> identify(webSocket, data);
          case OP_IDENTIFIED -> identified.complete(null);
          case OP_EVENT -> happened(data);
          case OP_RESPONSE -> {
            CompletableFuture<JsonNode> asked = waiting.get(data.path("requestId").asText());
            if (asked != null) {
              asked.complete(data);
            }
          }
          default -> log.debug("OBS sent an unknown frame");
        }
      } catch (JsonProcessingException e) {
        log.debug("OBS sent something that is not JSON");
      }
    }

    private void identify(WebSocket webSocket, JsonNode hello) {
      ObjectNode identify =
          JSON.createObjectNode()
              .put("rpcVersion", RPC_VERSION)
              .put("eventSubscriptions", EVENTS_OF_OUTPUTS);
      JsonNode demanded = hello.path("authentication");
      if (demanded.isObject()) {
        identify.put(
            "authentication",
            authentication(
                password, demanded.path("salt").asText(), demanded.path("challenge").asText()));
      }
      ObjectNode frame = JSON.createObjectNode().put("op", OP_IDENTIFY);
      frame.set("d", identify);
      var unused = webSocket.send(frame.toString());
    }

    private void happened(JsonNode event) {
      if (!event.path("eventType").asText().equals("StreamStateChanged")) {
        return;
      }
      OutputState state = OutputState.of(event.path("eventData").path("outputState").asText());
      for (Consumer<OutputState> listener : stateListeners) {
        try {
          listener.accept(state);
        } catch (RuntimeException e) {
          log.warn("a listener to OBS failed", e);
        }
      }
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
      webSocket.close(NORMAL_CLOSURE, null);
      ended(
          code == CLOSE_WRONG_PASSWORD
              ? new LiveException(
                  Category.UNAUTHORIZED, "OBS at " + url + ": the websocket password is wrong")
              : new LiveException(
                  Category.UNREACHABLE, "OBS at " + url + " closed the connection: " + reason));
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable t, @Nullable Response response) {
      String why = t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
      ended(new LiveException(Category.UNREACHABLE, "OBS at " + url + ": " + why, t));
    }
  }
}
