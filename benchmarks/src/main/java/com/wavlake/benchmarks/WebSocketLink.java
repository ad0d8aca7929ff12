package com.wavlake.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A WebSocket client (RFC 6455) that costs next to nothing: a thousand of them share the cores with
 * the relay that is measured. No TLS, no extensions; what a server sends in several frames is cut
 * off behind the first.
 */
final class WebSocketLink implements Closeable {
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_HEAD = 16 << 10;
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Gets a text message where it lies in the buffer, as UTF-8. */
  interface Listener {
    /** Must not keep the array. */
    void text(byte[] bytes, int from, int length) throws IOException;
  }

  private final SocketChannel channel;
  private byte[] unread = {};
  private boolean ended;

  private WebSocketLink(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects; the channel blocks until told otherwise. */
  static WebSocketLink open(URI url) throws IOException {
    WebSocketLink link =
        new WebSocketLink(
            SocketChannel.open(
                new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort())));
    try {
      link.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      link.shakeHands(url);
      return link;
    } catch (IOException e) {
      link.close();
      throw e;
    }
  }

  private void shakeHands(URI url) throws IOException {
    byte[] key = new byte[16];
    ThreadLocalRandom.current().nextBytes(key);
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String request =
        ("GET " + path + " HTTP/1.1\r\nHost: " + url.getRawAuthority())
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
            + ("\r\nSec-WebSocket-Key: " + Base64.getEncoder().encodeToString(key) + "\r\n\r\n");
    send(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer in = ByteBuffer.allocate(MAX_HEAD);
    int end;
    do {
      if (!in.hasRemaining() || channel.read(in) < 0) {
        throw new EOFException("no WebSocket at " + url);
      }
      end = indexOf(in.array(), 0, in.position(), END_OF_HEAD);
    } while (end < 0);
    String head = new String(in.array(), 0, end, StandardCharsets.US_ASCII);
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new IOException("no WebSocket at " + url + ": " + head.lines().findFirst().orElse(""));
    }
    in.flip().position(end + END_OF_HEAD.length);
    keep(in);
  }

  SocketChannel channel() {
    return channel;
  }

  /** The bytes that say {@code text}, masked as a client has to. */
  static byte[] frame(String text) {
    return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] frame(int opcode, byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 14);
    out.write(0x80 | opcode);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else if (payload.length < 1 << 16) {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(0x80 | 127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
    }
    byte[] mask = new byte[4];
    ThreadLocalRandom.current().nextBytes(mask);
    out.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      out.write(payload[i] ^ mask[i & 3]);
    }
    return out.toByteArray();
  }

  /** Writes whole frames. */
  synchronized void send(ByteBuffer frames) throws IOException {
    while (frames.hasRemaining()) {
      if (channel.write(frames) == 0) {
        throw new IOException(
            "the relay does not read"); // of one who does not block: it says little
      }
    }
  }

  /**
   * Reads once, and hands over the messages that are whole; pings are answered.
   *
   * @param buffer on the heap, for the time of the call; no frame may be larger
   * @return false when the relay has hung up
   */
  boolean read(ByteBuffer buffer, Listener listener) throws IOException {
    buffer.clear().put(unread);
    int count = channel.read(buffer);
    buffer.flip();
    while (!ended && handle(buffer, listener)) {}
    keep(buffer);
    return count >= 0 && !ended;
  }

  /** One frame; false when there is none that is whole. */
  private boolean handle(ByteBuffer in, Listener listener) throws IOException {
    int start = in.position();
    if (in.remaining() < 2) {
      return false;
    }
    long length = in.get(start + 1) & 0x7f;
    int head = length < 126 ? 2 : length == 126 ? 4 : 10;
    if (in.remaining() < head) {
      return false;
    }
    if (head > 2) {
      length = head == 4 ? in.getShort(start + 2) & 0xffff : in.getLong(start + 2);
    }
    if (length > in.capacity() - head) {
      throw new IOException("a frame of " + length + " bytes");
    }
    if (in.remaining() < head + length) {
      return false;
    }
    in.position(start + head + (int) length);
    switch (in.get(start) & 0x0f) {
      case TEXT -> listener.text(in.array(), in.arrayOffset() + start + head, (int) length);
      case PING -> {
        byte[] payload = new byte[(int) length];
        in.get(start + head, payload);
        send(ByteBuffer.wrap(frame(PONG, payload)));
      }
      case CLOSE -> ended = true;
      default -> {}
    }
    return true;
  }

  private void keep(ByteBuffer in) {
    if (in.hasRemaining() || unread.length > 0) {
      unread = new byte[in.remaining()];
      in.get(unread);
    }
  }

  /** Where {@code wanted} begins between {@code from} and {@code to}, or −1. */
  static int indexOf(byte[] bytes, int from, int to, byte[] wanted) {
    for (int i = from; i <= to - wanted.length; i++) {
      int same = 0;
      while (same < wanted.length && bytes[i + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
