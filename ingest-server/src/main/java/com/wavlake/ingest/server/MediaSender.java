package com.wavlake.ingest.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Writes bodies, and counts their bytes. Safe for use by many threads. */
final class MediaSender {
  private static final long PATIENCE_MILLIS = 30_000;

  /** What fits into a socket at once: a timer for each would cost a sixth of all that is done. */
  private static final int SMALL = 16 << 10;

  private static final int PIECE = 256 << 10;

  private static final CharSequence MEDIA_CACHE =
      HttpHeaders.createOptimized("public, max-age=3600, immutable");
  private static final CharSequence ACCEPT_RANGES = HttpHeaders.createOptimized("Accept-Ranges");
  private static final CharSequence CONTENT_RANGE = HttpHeaders.createOptimized("Content-Range");
  private static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");

  private final Vertx vertx;
  private final LongAdder sent = new LongAdder();

  MediaSender(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Bytes so far. */
  long bytesSent() {
    return sent.sum();
  }

  /** Counts what somebody else writes. */
  void count(long bytes) {
    sent.add(bytes);
  }

  /**
   * Every viewer is sent the same memory.
   *
   * @param done called once, when the last byte is out or none will be
   */
  void sendMedia(HttpServerRequest request, List<ByteBuffer> parts, String type, Runnable done) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      done.run();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, type).putHeader(ACCEPT_RANGES, BYTES);
    ByteBuffer[] shared = new ByteBuffer[parts.size()];
    for (int i = 0; i < shared.length; i++) {
      shared[i] = parts.get(i);
    }
    ByteBuf body = Unpooled.wrappedBuffer(shared.length, shared);
    int size = body.readableBytes();
    ByteRange range = ByteRange.of(request, size);
    if (ByteRange.UNSATISFIABLE.equals(range)) {
      response
          .setStatusCode(416)
          .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=1")
          .putHeader(CONTENT_RANGE, "bytes */" + size)
          .end();
      done.run();
      return;
    }
    response.putHeader(HttpHeaders.CACHE_CONTROL, MEDIA_CACHE);
    if (range == null) {
      send(request, BufferInternal.buffer(body), done);
    } else {
      response.setStatusCode(206).putHeader(CONTENT_RANGE, range.of(size));
      send(
          request,
          BufferInternal.buffer(body.slice((int) range.first(), (int) range.length())),
          done);
    }
  }

  /** The whole body; for HEAD its length. */
  void send(HttpServerRequest request, Buffer body) {
    send(request, body, () -> {});
  }

  private void send(HttpServerRequest request, Buffer body, Runnable done) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      done.run();
      return;
    }
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
      done.run();
      return;
    }
    sent.add(body.length());
    Future<Void> ending = request.isSSL() ? inPieces(response, body) : response.end(body);
    if (body.length() > SMALL && !ending.isComplete()) { // its reader has a while
      HttpConnection connection = request.connection();
      long timer = vertx.setTimer(PATIENCE_MILLIS, _ -> Sockets.abort(connection));
      ending.onComplete(_ -> vertx.cancelTimer(timer));
    }
    ending.onComplete(_ -> done.run());
  }

  /**
   * Within TLS a body is copied, encrypted, for this reader alone: no more of it at a time than
   * waits for one that does not take it in.
   */
  private static Future<Void> inPieces(HttpServerResponse response, Buffer body) {
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    return from(0, response, body);
  }

  private static Future<Void> from(int start, HttpServerResponse response, Buffer body) {
    return body.length() - start <= PIECE
        ? response.end(body.slice(start, body.length()))
        : response
            .write(body.slice(start, start + PIECE))
            .compose(_ -> from(start + PIECE, response, body));
  }
}
