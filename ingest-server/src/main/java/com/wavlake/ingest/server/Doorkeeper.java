package com.wavlake.ingest.server;

import com.wavlake.ingest.time.PeerGroup;
import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many HTTP connections there are, in all and of one peer; who comes too many is hung up on.
 * Safe for use by many threads.
 */
final class Doorkeeper {
  private final int most;
  private final int mostOfOne;
  private final AtomicInteger all = new AtomicInteger();
  private final Map<String, Integer> peers = new ConcurrentHashMap<>();

  /**
   * Nobody yet.
   *
   * @param mostOfOne of one peer; behind a proxy everybody is the same
   */
  Doorkeeper(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  void enter(HttpConnection connection) {
    if (!enter(connection.remoteAddress().hostAddress(), Sockets.of(connection))) {
      connection.close();
    }
  }

  /** Counts a connection until it closes; answers whether it may stay. */
  boolean enter(String address, Channel socket) {
    String peer = PeerGroup.of(address);
    int mine = peers.merge(peer, 1, Integer::sum);
    int now = all.incrementAndGet();
    var _ = socket.closeFuture().addListener(_ -> leave(peer));
    return now <= most && mine <= mostOfOne;
  }

  private void leave(String peer) {
    all.decrementAndGet();
    peers.computeIfPresent(peer, (_, count) -> count == 1 ? null : count - 1);
  }
}
