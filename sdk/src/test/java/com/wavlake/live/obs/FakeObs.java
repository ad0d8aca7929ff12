package com.wavlake.live.obs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;

/** OBS's websocket server for tests: identification, stream service, start and stop. */
final class FakeObs implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SALT = "salt";
  private static final String CHALLENGE = "challenge";

  private final MockWebServer server = new MockWebServer();
  private final String password;
  private final List<WebSocket> sockets = new CopyOnWriteArrayList<>();
  private volatile JsonNode service = JSON.createObjectNode();
  private volatile boolean streaming;
  private volatile boolean serverIsWrong;
  private volatile boolean silent;
  private volatile boolean quitting;

  /** For so many answers it is still active after STOPPED, as OBS 29 was seen to be. */
  private int settling;

  FakeObs(String password) throws IOException {
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

  String url() {
    return "ws://127.0.0.1:" + server.getPort();
  }

  JsonNode service() {
    return service;
  }

  boolean isStreaming() {
    return streaming;
  }

  /** From now on a stream stops as soon as it starts. */
  void rejectTheServer() {
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

  private final class Session extends WebSocketListener {
    @Override
    public void onOpen(WebSocket socket, okhttp3.Response response) {
      sockets.add(socket);
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
          service = streaming ? service : request.path("requestData");
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
        effect(socket, request.path("requestType").asText());
      }
    }

    private void effect(WebSocket socket, String type) {
      switch (type) {
        case "StartStream" -> {
          if (quitting) {
            quit();
            return;
          }
          state(socket, "STARTING");
          streaming = !serverIsWrong;
          state(socket, serverIsWrong ? "STOPPED" : "STARTED");
        }
        case "StopStream" -> {
          state(socket, "STOPPING");
          streaming = false;
          settling = 3;
          state(socket, "STOPPED");
        }
        default -> {}
      }
    }

    private void state(WebSocket socket, String state) {
      ObjectNode event = JSON.createObjectNode().put("eventType", "StreamStateChanged");
      event.putObject("eventData").put("outputState", "OBS_WEBSOCKET_OUTPUT_" + state);
      send(socket, 5, event);
    }

    private static void send(WebSocket socket, int op, ObjectNode data) {
      ObjectNode frame = JSON.createObjectNode().put("op", op);
      frame.set("d", data);
      socket.send(frame.toString());
    }
  }
}
