package com.wavlake.benchmarks;

import com.wavlake.live.nostr.ClientMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Subscription;
import fr.acinq.secp256k1.Secp256k1;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Events a second from a relay's socket through the pool to a listener, verified; beside bare
 * signature checks on one thread in the same process. The relay runs in this process too.
 */
public final class PoolThroughput {
  private static final int EVENTS = 60_000;
  private static final int ROUNDS = 6;
  private static final int CHECKS = 30_000;

  private PoolThroughput() {}

  /** Prints a line a round; the last ones count. */
  public static void main(String[] args) throws Exception {
    List<Event> events = ChatEvents.make(EVENTS);
    List<String> frames = new ArrayList<>();
    for (Event event : events) {
      frames.add(event.toJson());
    }
    Vertx vertx = Vertx.vertx();
    HttpServer server =
        vertx
            .createHttpServer()
            .webSocketHandler(socket -> serve(socket, frames))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    for (int round = 0; round < ROUNDS; round++) {
      double bare = bare(events.get(round));
      double pooled = pooled("ws://127.0.0.1:" + server.actualPort());
      System.out.printf(
          "pool %.0f a second, bare verifySchnorr on one thread %.0f, ratio %.2f, cores %d%n",
          pooled, bare, pooled / bare, Runtime.getRuntime().availableProcessors());
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static void serve(ServerWebSocket socket, List<String> frames) {
    socket.textMessageHandler(text -> {
      if (ClientMessage.parse(text) instanceof ClientMessage.Req req) {
        send(socket, req.subscription(), frames, 0);
      }
    });
  }

  /** As fast as the client reads, and no faster. */
  private static void send(ServerWebSocket socket, String id, List<String> frames, int from) {
    int next = from;
    while (next < frames.size() && !socket.writeQueueFull()) {
      var _ = socket.writeTextMessage(RelayMessage.Delivery.frame(id, frames.get(next++)));
    }
    int left = next;
    if (left < frames.size()) {
      socket.drainHandler(_ -> send(socket, id, frames, left));
    }
  }

  private static double pooled(String url) throws InterruptedException {
    CountDownLatch missing = new CountDownLatch(EVENTS);
    long start = System.nanoTime();
    try (RelayPool pool = RelayPool.connect(url);
        Subscription running =
            pool.subscribe(List.of(Filter.kinds(Kind.CHAT_MESSAGE)), _ -> missing.countDown())) {
      if (!missing.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException(missing.getCount() + " events are missing");
      }
      return EVENTS * 1e9 / (System.nanoTime() - start);
    }
  }

  private static double bare(Event event) {
    byte[] signature = HexFormat.of().parseHex(event.sig());
    byte[] id = event.id().toBytes();
    byte[] author = event.author().toBytes();
    long start = System.nanoTime();
    for (int i = 0; i < CHECKS; i++) {
      if (!Secp256k1.get().verifySchnorr(signature, id, author)) {
        throw new IllegalStateException("does not verify");
      }
    }
    return CHECKS * 1e9 / (System.nanoTime() - start);
  }
}
