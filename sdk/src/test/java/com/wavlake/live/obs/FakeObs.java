package com.wavlake.live.obs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;

/**
 * OBS's websocket server for tests: identification, stream service, settings, start and stop. It
 * streams nothing by itself: {@link #onStart} does. The tests of wlk use it too.
 */
public final class FakeObs implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SALT = "salt";
  private static final String CHALLENGE = "challenge";

  private final MockWebServer server = new MockWebServer();
  private final String password;
  private final List<WebSocket> sockets = new CopyOnWriteArrayList<>();
  private final ObjectNode service = JSON.createObjectNode();
  private final Map<String, String> parameters = new ConcurrentHashMap<>();
  private final ObjectNode video =
      JSON.createObjectNode()
          .put("baseWidth", 1920)
          .put("baseHeight", 1080)
          .put("outputWidth", 1920)
          .put("outputHeight", 1080)
          .put("fpsNumerator", 60)
          .put("fpsDenominator", 1);
  private volatile Consumer<JsonNode> onStart = settings -> {};
  private volatile Runnable onStop = () -> {};
  private volatile boolean streaming;
  private volatile boolean serverIsWrong;
  private volatile boolean silent;
  private volatile boolean quitting;

  /** For so many answers it is still active after STOPPED, as OBS 29 was seen to be. */
  private int settling;

  /** With a password, or none when it is empty. */
  public FakeObs(String password) throws IOException {
    this.password = password;
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return new MockResponse.Builder().webSocketUpgrade(new Session()).build();
          }
        });
    server.start();
  }

  /** Where it listens. */
  public String url() {
    return "ws://127.0.0.1:" + server.getPort();
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  /** As SetStreamServiceSettings left it. */
  public JsonNode service() {
    return service;
  }

  /** A parameter of the profile, {@code Category/Name}; empty when it was never set. */
  public String parameter(String path) {
    return parameters.getOrDefault(path, "");
  }

  /** As if somebody had set it in OBS. */
  public FakeObs parameter(String path, String value) {
    parameters.put(path, value);
    return this;
  }

  /** As GetVideoSettings answers; may be changed. */
  public ObjectNode video() {
    return video;
  }

  /** Called with the service's settings when a stream starts, before that is told. */
  public void onStart(Consumer<JsonNode> encoder) {
    onStart = encoder;
  }

  /** Called when a stream stops, before that is told. */
  public void onStop(Runnable encoder) {
    onStop = encoder;
  }

  /** Somebody presses "Stop Streaming". */
  public void pressStop() {
    state("STOPPING");
    streaming = false;
    onStop.run();
    state("STOPPED");
  }

  /** OBS dies: its connections end without a word, and nobody listens there any more. */
  public void crash() {
    streaming = false;
    onStop.run();
    server.close();
  }

  /** Whether it streams. */
  public boolean isStreaming() {
    return streaming;
  }

  /** From now on a stream stops as soon as it starts. */
  public void rejectTheServer() {
    serverIsWrong = true;
  }

  /** From now on it answers to StartStream, and is gone. */
  void quitInsteadOfStarting() {
    quitting = true;
  }

  void fallSilent() {
    silent = true;
  }

  /** OBS is closed. */
  void quit() {
    sockets.forEach(socket -> socket.close(1001, "OBS is closing"));
  }

  @Override
  public void close() {
    server.close();
  }

  private static String path(JsonNode request) {
    JsonNode data = request.path("requestData");
    return data.path("parameterCategory").asText() + "/" + data.path("parameterName").asText();
  }

  private void state(String state) {
    ObjectNode event = JSON.createObjectNode().put("eventType", "StreamStateChanged");
    event.putObject("eventData").put("outputState", "OBS_WEBSOCKET_OUTPUT_" + state);
    sockets.forEach(socket -> send(socket, 5, event));
  }

  private static void send(WebSocket socket, int op, ObjectNode data) {
    ObjectNode frame = JSON.createObjectNode().put("op", op);
    frame.set("d", data);
    socket.send(frame.toString());
  }

  private final class Session extends WebSocketListener {
    @Override
    public void onOpen(WebSocket socket, okhttp3.Response response) {
      ObjectNode hello = JSON.createObjectNode().put("rpcVersion", 1);
      if (!password.isEmpty()) {
        hello.putObject("authentication").put("salt", SALT).put("challenge", CHALLENGE);
      }
      send(socket, 0, hello);
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      socket.close(1000, null);
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      try {
        JsonNode frame = JSON.readTree(text);
        JsonNode data = frame.path("d");
        if (frame.path("op").asInt() == 1) {
          boolean right =
              password.isEmpty()
                  || data.path("authentication")
                      .asText()
                      .equals(ObsWebSocket.authentication(password, SALT, CHALLENGE));
          if (right && data.path("eventSubscriptions").asInt() == 64) {
            sockets.add(socket); // from here on it hears of events
            send(socket, 2, JSON.createObjectNode().put("negotiatedRpcVersion", 1));
          } else {
            socket.close(4009, "Authentication failed.");
          }
        } else if (!silent) {
          answer(socket, data);
        }
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }

    private void answer(WebSocket socket, JsonNode request) {
      ObjectNode response = JSON.createObjectNode();
      response.set("requestType", request.path("requestType"));
      response.set("requestId", request.path("requestId"));
      int code = 100;
      switch (request.path("requestType").asText()) {
        case "GetVersion" -> response.putObject("responseData").put("obsVersion", "29.0.2");
        case "SetStreamServiceSettings" -> {
          code = streaming ? 500 : 100;
          if (!streaming) {
            JsonNode data = request.path("requestData");
            service.set("streamServiceType", data.path("streamServiceType"));
            service
                .withObject("/streamServiceSettings")
                .setAll((ObjectNode) data.path("streamServiceSettings"));
          }
        }
        case "GetStreamServiceSettings" -> response.set("responseData", service);
        case "GetProfileParameter" ->
            response.putObject("responseData").put("parameterValue", parameters.get(path(request)));
        case "SetProfileParameter" ->
            parameters.put(
                path(request), request.path("requestData").path("parameterValue").asText());
        case "GetVideoSettings" -> response.set("responseData", video);
        case "SetVideoSettings" -> {
          code = streaming ? 500 : 100;
          if (!streaming && request.path("requestData") instanceof ObjectNode wanted) {
            video.setAll(wanted);
          }
        }
        case "GetStreamStatus" ->
            response
                .putObject("responseData")
                .put("outputActive", streaming || settling-- > 0)
                .put("outputBytes", 1234)
                .put("outputTotalFrames", 90)
                .put("outputSkippedFrames", 3);
        case "StartStream" -> code = streaming ? 500 : 100;
        case "StopStream" -> code = streaming ? 100 : 501;
        default -> code = 204;
      }
      response.putObject("requestStatus").put("result", code == 100).put("code", code);
      send(socket, 7, response);
      if (code == 100) {
        effect(request.path("requestType").asText());
      }
    }

    private void effect(String type) {
      switch (type) {
        case "StartStream" -> {
          if (quitting) {
            quit();
            return;
          }
          state("STARTING");
          streaming = !serverIsWrong;
          if (streaming) {
            onStart.accept(service.path("streamServiceSettings"));
          }
          state(serverIsWrong ? "STOPPED" : "STARTED");
        }
        case "StopStream" -> {
          settling = 3;
          pressStop();
        }
        default -> {}
      }
    }
  }
}
