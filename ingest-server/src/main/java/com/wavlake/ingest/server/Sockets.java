package com.wavlake.ingest.server;

import io.netty.channel.Channel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;

/** What Vert.x's own interface does not tell of a connection. */
final class Sockets {
  private Sockets() {}

  /** The socket under a connection, which outlives it where it becomes a WebSocket. */
  static Channel of(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }

  /** Now, below Vert.x's handler, which would wait in the same way. */
  static void abort(Channel channel) {
    var _ = channel.pipeline().firstContext().close();
  }

  /** Now: Vert.x's close would wait until what was written before is out. */
  static void abort(HttpConnection connection) {
    var _ = ((HttpServerConnection) connection).channelHandlerContext().close();
  }
}
