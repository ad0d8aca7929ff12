package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.relay.AuthDemand;
import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.relay.RelayLimits;
import com.wavlake.ingest.time.PeerGroup;
import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The relay's WebSocket, and its description (NIP-11) on the same path. */
final class RelayRoute {
  static final String PATH = "/relay";

  private static final Logger log = LoggerFactory.getLogger(RelayRoute.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int[] NIPS = {1, 9, 11, 13, 40, 42, 45, 53, 70};

  private final Vertx vertx;
  private final Relay relay;
  private final ServerSettings settings;
  private final AtomicLong allUnsent = new AtomicLong();
  private final AtomicInteger clients = new AtomicInteger();
  private final Map<String, Integer> ofOne = new ConcurrentHashMap<>();

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
    String address = settings.clients().address(request);
    if (!enter(address)) {
      request.response().setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "10").end();
      return;
    }
    Channel channel = Sockets.of(request.connection());
    request
        .toWebSocket()
        .onSuccess(socket ->
            new RelaySocket(
                vertx, socket, channel, relay, address, allUnsent, () -> leave(address)))
        .onFailure(e -> {
          leave(address);
          log.debug("relay: no WebSocket: {}", e.getMessage());
          request.connection().close();
        });
  }

  private boolean enter(String address) {
    RelayLimits limits = relay.limits();
    int mine = ofOne.merge(PeerGroup.of(address), 1, Integer::sum);
    if (clients.incrementAndGet() > limits.connections() || mine > limits.connectionsOfOne()) {
      leave(address);
      return false;
    }
    return true;
  }

  private void leave(String address) {
    clients.decrementAndGet();
    ofOne.computeIfPresent(PeerGroup.of(address), (_, count) -> count == 1 ? null : count - 1);
  }

  /** NIP-11: rendered from the very limits that are enforced. */
  private void describe(HttpServerRequest request) {
    Cors.allow(request.response());
    RelayLimits limits = relay.limits();
    ObjectNode json = JSON.createObjectNode();
    json.put("name", settings.name());
    json.put("description", "Live events and their chat.");
    json.put("software", "wlk");
    json.put("version", settings.version());
    for (int nip : NIPS) {
      json.withArray("supported_nips").add(nip);
    }
    json.putObject("limitation")
        .put("max_message_length", limits.frameBytes())
        .put("max_subscriptions", limits.subscriptions())
        .put("max_filters", limits.filters())
        .put("max_limit", limits.limit())
        .put("default_limit", limits.limit())
        .put("max_subid_length", 64)
        .put("max_event_tags", limits.tags())
        .put("max_content_length", limits.eventBytes())
        .put("created_at_upper_limit", limits.ahead().toSeconds())
        .put("auth_required", relay.demand() == AuthDemand.ALL)
        .put("payment_required", false)
        .put("restricted_writes", relay.isRestricted());
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/nostr+json")
        .end(json.toString());
  }
}
