package com.wavlake.live.relay;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.RelayMessage;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;

/** A relay on a real socket that says just what a test tells it to. */
final class ScriptedRelay implements AutoCloseable {
  /** A connected client. */
  final class Client {
    private final WebSocket socket;
    private final BlockingQueue<ClientMessage> said;

    Client(WebSocket socket, BlockingQueue<ClientMessage> said) {
      this.socket = socket;
      this.said = said;
    }

    void send(RelayMessage message) {
      socket.send(message.toJson());
    }

    void sendRaw(String text) {
      socket.send(text);
    }

    /** The next frame, which has to come within 10 s. */
    <T extends ClientMessage> T next(Class<T> type) throws InterruptedException {
      ClientMessage message = said.poll(10, TimeUnit.SECONDS);
      if (!type.isInstance(message)) {
        throw new AssertionError("expected " + type.getSimpleName() + ", got " + message);
      }
      return type.cast(message);
    }

    /** The next frame, however long it takes. */
    ClientMessage nextFrame() throws InterruptedException {
      return said.take();
    }

    boolean isSilentFor(long millis) throws InterruptedException {
      return said.poll(millis, TimeUnit.MILLISECONDS) == null;
    }

    /** The relay restarts. */
    void drop() {
      socket.close(1012, "restart");
    }
  }

  private final MockWebServer server = new MockWebServer();
  private final BlockingQueue<Client> clients = new LinkedBlockingQueue<>();

  ScriptedRelay() throws IOException {
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

  /** The next client to connect, however long it takes. */
  Client nextClient() throws InterruptedException {
    return clients.take();
  }

  /** The next client to connect, which has to come within 10 s. */
  Client client() throws InterruptedException {
    Client client = clients.poll(10, TimeUnit.SECONDS);
    if (client == null) {
      throw new AssertionError("nobody connects");
    }
    return client;
  }

  @Override
  public void close() {
    server.close();
  }

  private final class Session extends WebSocketListener {
    private final BlockingQueue<ClientMessage> said = new LinkedBlockingQueue<>();

    @Override
    public void onOpen(WebSocket socket, Response response) {
      clients.add(new Client(socket, said));
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      socket.close(1000, null);
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      said.add(ClientMessage.parse(text));
    }
  }
}
