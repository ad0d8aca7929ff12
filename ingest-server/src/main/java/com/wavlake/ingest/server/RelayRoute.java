package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.relay.RelayLimits;
import com.wavlake.ingest.relay.RelaySession;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The relay's WebSocket, and its description (NIP-11) on the same path. */
final class RelayRoute {
  static final String PATH = "/relay";

  private static final Logger log = LoggerFactory.getLogger(RelayRoute.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_CLIENTS = 2_000;
  private static final int INBOX = 64;
  private static final long PING_MILLIS = 30_000;

  private final Vertx vertx;
  private final Relay relay;
  private final ServerSettings settings;
  private final AtomicInteger clients = new AtomicInteger();

  RelayRoute(Vertx vertx, Relay relay, ServerSettings settings) {
    this.vertx = vertx;
    this.relay = relay;
    this.settings = settings;
  }

  void handle(HttpServerRequest request) {
    if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
      describe(request);
      return;
    }
    if (clients.incrementAndGet() > MAX_CLIENTS) {
      clients.decrementAndGet();
      request.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "10").end();
      return;
    }
    String address = settings.clients().address(request);
    request
        .toWebSocket()
        .onSuccess(socket -> serve(socket, address))
        .onFailure(e -> {
          clients.decrementAndGet();
          log.debug("relay: no WebSocket: {}", e.getMessage());
        });
  }

  private void serve(ServerWebSocket socket, String address) {
    socket.setWriteQueueMaxSize(relay.limits().unsentBytes());
    Context loop = vertx.getOrCreateContext();
    RelaySession session =
        relay.connect(address, frame -> loop.runOnContext(_ -> send(socket, frame)));
    Inbox inbox = new Inbox(socket, session, loop);
    long ping = vertx.setPeriodic(PING_MILLIS, _ -> socket.writePing(Buffer.buffer()));
    socket.textMessageHandler(inbox::add);
    socket.closeHandler(_ -> {
      vertx.cancelTimer(ping);
      session.close();
      clients.decrementAndGet();
    });
    socket.exceptionHandler(e -> log.debug("relay {}: {}", address, e.getMessage()));
  }

  private static void send(ServerWebSocket socket, String frame) {
    if (socket.isClosed()) {
      return;
    }
    if (socket.writeQueueFull()) {
      socket.close((short) 1008, "too slow");
    } else {
      socket.writeTextMessage(frame);
    }
  }

  /** NIP-11: rendered from the very limits that are enforced. */
  private void describe(HttpServerRequest request) {
    Cors.allow(request.response());
    RelayLimits limits = relay.limits();
    ObjectNode json = JSON.createObjectNode();
    json.put("name", settings.name());
    json.put("description", "Chat and live events of the streams hosted here.");
    json.put("software", "wlk");
    json.put("version", settings.version());
    json.putArray("supported_nips").add(1).add(9).add(11).add(40).add(53);
    json.putObject("limitation")
        .put("max_message_length", limits.frameBytes())
        .put("max_subscriptions", limits.subscriptions())
        .put("max_limit", limits.limit())
        .put("default_limit", limits.limit())
        .put("max_subid_length", 64)
        .put("max_event_tags", limits.tags())
        .put("max_content_length", limits.eventBytes())
        .put("created_at_upper_limit", limits.ahead().toSeconds())
        .put("auth_required", false)
        .put("payment_required", false)
        .put("restricted_writes", true);
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/nostr+json")
        .end(json.toString());
  }

  /**
   * Frames wait here for the store, in order, handled off the event loop; a full inbox stops the
   * reading.
   */
  private static final class Inbox {
    private final ServerWebSocket socket;
    private final RelaySession session;
    private final Context loop;
    private final Queue<String> frames = new ArrayDeque<>();
    private boolean handling;
    private boolean paused;

    Inbox(ServerWebSocket socket, RelaySession session, Context loop) {
      this.socket = socket;
      this.session = session;
      this.loop = loop;
    }

    synchronized void add(String frame) {
      frames.add(frame);
      if (frames.size() >= INBOX && !paused) {
        paused = true;
        socket.pause();
      }
      if (!handling) {
        handling = true;
        Thread.ofVirtual().name("relay").start(this::handle);
      }
    }

    private void handle() {
      for (String frame = take(); frame != null; frame = take()) {
        try {
          session.receive(frame);
        } catch (RuntimeException e) {
          log.error("relay: a frame could not be handled", e);
        }
      }
    }

    private synchronized @Nullable String take() {
      String frame = frames.poll();
      if (frame == null) {
        handling = false;
      }
      if (paused && frames.size() < INBOX / 2) {
        paused = false;
        loop.runOnContext(_ -> socket.resume());
      }
      return frame;
    }
  }
}
