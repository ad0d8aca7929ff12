package com.wavlake.ingest.server;

import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.relay.RelaySession;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's socket. What it says is handled in order, off the event loop, as many frames at once
 * as have come; a full inbox stops the reading. What it is told waits in an outbox that is bounded
 * too: who reads too slowly is dropped.
 */
final class RelaySocket {
  private static final Logger log = LoggerFactory.getLogger(RelaySocket.class);
  private static final long MOST_OF_ALL = 256 << 20;
  private static final long FAIR_SHARE = 1 << 20;
  private static final int INBOX = 256;
  private static final int INBOX_CHARS = 1 << 20;
  private static final short TOO_BIG = 1009;
  private static final long PING_MILLIS = 30_000;

  private final ServerWebSocket socket;
  private final Channel channel;
  private final Context loop;
  private final RelaySession session;
  private final int mostUnsent;
  private final AtomicLong allUnsent;
  private final Queue<String> unsent = new ConcurrentLinkedQueue<>();
  private final AtomicLong unsentChars = new AtomicLong();
  private final AtomicBoolean sending = new AtomicBoolean();
  private final AtomicBoolean slow = new AtomicBoolean();

  private final Queue<String> frames = new ArrayDeque<>();
  private int chars;

  /** On the event loop: what of {@link #allUnsent} is this client's. */
  private long counted;

  private boolean handling;
  private boolean paused;

  /**
   * Begins to serve.
   *
   * @param channel under the socket
   * @param allUnsent bytes that wait for all clients together
   * @param gone runs when the client has gone
   */
  RelaySocket(
      Vertx vertx,
      ServerWebSocket socket,
      Channel channel,
      Relay relay,
      String address,
      AtomicLong allUnsent,
      Runnable gone) {
    this.allUnsent = allUnsent;
    this.socket = socket;
    this.channel = channel;
    this.loop = vertx.getOrCreateContext();
    this.mostUnsent = relay.limits().unsentBytes();
    socket.setWriteQueueMaxSize(mostUnsent);
    this.session = relay.connect(address, this::send);
    long ping =
        vertx.setPeriodic(
            PING_MILLIS,
            _ -> {
              if (isTooMuchForAll()) { // nothing is flushed to who reads nothing
                Sockets.abort(channel);
              } else {
                socket.writePing(Buffer.buffer());
              }
            });
    socket.textMessageHandler(this::received);
    // the socket's own close handler is not called for one that is cut off
    var _ =
        channel
            .closeFuture()
            .addListener(_ -> {
              vertx.cancelTimer(ping);
              session.close();
              allUnsent.addAndGet(-counted);
              counted = 0;
              gone.run();
            });
    socket.exceptionHandler(e -> {
      log.debug("relay {}: {}", address, e.getMessage());
      if (!socket.isClosed()) {
        socket.close(TOO_BIG, "over " + relay.limits().frameBytes() + " bytes, or no frame");
      }
    });
  }

  /** From any thread; one trip to the event loop takes along what has come meanwhile. */
  private void send(String frame) {
    if (slow.get()) {
      return;
    }
    if (unsentChars.addAndGet(frame.length()) > mostUnsent) {
      slow.set(true);
    } else {
      unsent.add(frame);
    }
    if (sending.compareAndSet(false, true)) {
      loop.runOnContext(_ -> flush());
    }
  }

  private void flush() {
    sending.set(false);
    for (String frame = unsent.poll(); frame != null; frame = unsent.poll()) {
      unsentChars.addAndGet(-frame.length());
      if (socket.isClosed()) {
        return;
      }
      if (socket.writeQueueFull() || isTooMuchForAll()) {
        slow.set(true);
        break;
      }
      var _ = socket.writeTextMessage(frame).onComplete(_ -> recount());
    }
    if (slow.get() && !socket.isClosed()) {
      unsent.clear();
      log.debug("relay: a reader is too slow, and dropped");
      Sockets.abort(channel); // a close frame would wait behind what it does not read
    }
  }

  /** When all clients together wait for too much, those who wait for most of it go. */
  private boolean isTooMuchForAll() {
    recount();
    return counted > FAIR_SHARE && allUnsent.get() > MOST_OF_ALL;
  }

  private void recount() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long pending = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    if (pending != counted) {
      allUnsent.addAndGet(pending - counted);
      counted = pending;
    }
  }

  private synchronized void received(String frame) {
    frames.add(frame);
    chars += frame.length();
    if ((frames.size() >= INBOX || chars >= INBOX_CHARS) && !paused) {
      paused = true;
      socket.pause();
    }
    if (!handling) {
      handling = true;
      Thread.ofVirtual().name("relay").start(this::handle);
    }
  }

  private void handle() {
    for (List<String> next = take(); !next.isEmpty(); next = take()) {
      try {
        session.receive(next);
      } catch (RuntimeException | Error e) { // nobody would handle what comes after it
        log.error("relay: a client's frames could not be handled", e);
        Sockets.abort(channel);
        return;
      }
    }
  }

  private synchronized List<String> take() {
    List<String> all = new ArrayList<>(frames);
    frames.clear();
    chars = 0;
    if (all.isEmpty()) {
      handling = false;
    }
    if (paused) {
      paused = false;
      loop.runOnContext(_ -> socket.resume());
    }
    return all;
  }
}
