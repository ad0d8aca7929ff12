package com.wavlake.ingest.server;

import com.wavlake.ingest.rtmp.PublishGate;
import com.wavlake.ingest.rtmp.RtmpLimits;
import com.wavlake.ingest.rtmp.RtmpServerConnection;
import com.wavlake.ingest.time.PeerGroup;
import com.wavlake.ingest.time.Time;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for encoders, in the clear or within TLS; one virtual thread each. */
public final class RtmpServer implements AutoCloseable {
  private static final int BACKLOG = 256;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);
  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);
  private static final int GOODBYE_MILLIS = 1_000;
  private static final Logger log = LoggerFactory.getLogger(RtmpServer.class);

  private final PublishGate gate;
  private final RtmpLimits limits;
  private final Time time;
  private final List<ServerSocket> listeners = new ArrayList<>();
  private final Admissions<Connection> connections;
  private final AtomicLong accepted = new AtomicLong();
  private final Time.Alarm watching;

  /** Listens nowhere yet. */
  public RtmpServer(PublishGate gate, RtmpLimits limits, Time time) {
    this.gate = gate;
    this.limits = limits;
    this.time = time;
    this.connections = new Admissions<>(limits);
    this.watching = time.repeat(WATCH, () -> connections.all().forEach(Connection::closeIfStalled));
  }

  /** Begins to listen; answers the port in use. */
  public int listen(String address, int port) throws IOException {
    return listen("RTMP", address, port, Optional.empty());
  }

  /** Begins to listen within TLS; {@code tls} is asked for each connection. */
  public int listen(String address, int port, Supplier<SSLContext> tls) throws IOException {
    return listen("RTMPS", address, port, Optional.of(tls));
  }

  private int listen(String name, String address, int port, Optional<Supplier<SSLContext>> tls)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw new IOException(name + " port " + port + " on " + address + ": " + e.getMessage(), e);
    }
    listeners.add(listener);
    Thread.ofVirtual().name("rtmp-accept").start(() -> accept(listener, tls));
    return listener.getLocalPort();
  }

  /** Connections so far. */
  public long acceptedCount() {
    return accepted.get();
  }

  /** Connections now. */
  public int connectionCount() {
    return connections.all().size();
  }

  private void accept(ServerSocket listener, Optional<Supplier<SSLContext>> tls) {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        accepted.incrementAndGet();
        String peer = socket.getInetAddress().getHostAddress();
        Connection connection = new Connection(socket, peer, tls.isEmpty());
        if (!connections.enter(connection, PeerGroup.of(peer))) {
          log.warn("rtmp {}: too many connections", peer);
          socket.close();
          continue;
        }
        Thread.ofVirtual().name("rtmp-" + peer).start(() -> serve(connection, tls));
      } catch (IOException e) { // too many open files, for one: it passes
        if (!listener.isClosed()) {
          log.warn("rtmp listener: {}", e.getMessage());
          LockSupport.parkNanos(AFTER_FAILURE.toNanos());
        }
      }
    }
  }

  private void serve(Connection connection, Optional<Supplier<SSLContext>> tls) {
    String reason = "a fault of ours";
    try (Socket raw = connection.socket) {
      raw.setTcpNoDelay(true);
      connection.deadline(limits.handshake());
      Socket socket = tls.isPresent() ? secured(raw, tls.get().get()) : raw;
      InputStream in = connection.watched(socket.getInputStream());
      OutputStream out = connection.watched(socket.getOutputStream());
      PublishGate counting =
          (key, peer, itself) -> {
            PublishGate.Publication admitted = gate.admit(key, peer, itself);
            connections.admitted(connection);
            return admitted;
          };
      reason = new RtmpServerConnection(in, out, connection, counting, limits).run();
      sayGoodbye(raw, socket);
    } catch (IOException e) {
      reason = String.valueOf(e.getMessage());
    } finally {
      connection.alarm.cancel();
      connections.leave(connection);
      log.info("rtmp {} closed: {}", connection.peer, reason);
    }
  }

  private static Socket secured(Socket raw, SSLContext tls) throws IOException {
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(raw, null, raw.getPort(), true);
    socket.setUseClientMode(false);
    socket.startHandshake();
    return socket;
  }

  /**
   * A socket closed while bytes are unread resets the connection, and the peer loses our last
   * words.
   */
  private static void sayGoodbye(Socket raw, Socket socket) throws IOException {
    if (raw.isClosed()) {
      return;
    }
    socket.shutdownOutput();
    raw.setSoTimeout(GOODBYE_MILLIS);
    InputStream in = raw.getInputStream();
    byte[] sink = new byte[8 << 10];
    long end = System.nanoTime() + Duration.ofMillis(GOODBYE_MILLIS).toNanos();
    int read = 0;
    while (read >= 0 && System.nanoTime() < end) {
      read = in.read(sink);
    }
  }

  @Override
  public void close() {
    watching.cancel();
    for (ServerSocket listener : listeners) {
      try {
        listener.close();
      } catch (IOException e) {
        log.debug("rtmp listener: {}", e.getMessage());
      }
    }
    connections.all().forEach(Connection::goDown);
    long end = System.nanoTime() + LAST_WORDS.toNanos();
    while (!connections.all().isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(AFTER_FAILURE.toNanos() / 10); // what they sent last becomes a segment
    }
    connections.all().forEach(Connection::close);
  }

  private final class Connection implements RtmpServerConnection.Transport {
    private final Socket socket;
    private final String peer;
    private final boolean plain;
    private Time.Alarm alarm = () -> {};
    private volatile Reason closedFor = Reason.NOTHING;
    private volatile long silenceNanos;
    private volatile long lastRead;
    private volatile long writingSince;

    Connection(Socket socket, String peer, boolean plain) {
      this.socket = socket;
      this.plain = plain;
      this.peer = peer;
    }

    @Override
    public void silence(Duration longest) {
      lastRead = System.nanoTime();
      silenceNanos = longest.toNanos();
    }

    @Override
    public void deadline(Duration left) {
      alarm.cancel();
      if (left.isPositive()) {
        alarm =
            time.schedule(
                left,
                () -> {
                  closedFor = Reason.DEADLINE;
                  close();
                });
      }
    }

    /** One look a second at all connections costs less than a timer for each read. */
    InputStream watched(InputStream in) {
      return new FilterInputStream(in) {
        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
          int read = super.read(bytes, from, count);
          lastRead = System.nanoTime();
          return read;
        }
      };
    }

    /** Blocking writes have no time limit of their own. */
    OutputStream watched(OutputStream out) {
      return new FilterOutputStream(out) {
        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
          writingSince = System.nanoTime() | 1;
          out.write(bytes, from, count);
          out.flush();
          writingSince = 0;
        }
      };
    }

    /** The reading ends, so that its thread can say the last word. */
    void goDown() {
      closedFor = Reason.GOING_DOWN;
      try {
        socket.shutdownInput();
      } catch (IOException e) {
        close();
      }
    }

    void closeIfStalled() {
      long now = System.nanoTime();
      long since = writingSince;
      boolean reads = since == 0 || now - since <= limits.silence().toNanos();
      boolean sends = silenceNanos == 0 || now - lastRead <= silenceNanos;
      if (!reads || !sends) {
        closedFor = Reason.SILENCE;
        close();
      }
    }

    @Override
    public Reason closedFor() {
      return closedFor;
    }

    @Override
    public boolean isDrained() {
      try {
        return plain || socket.getInputStream().available() == 0;
      } catch (IOException e) {
        return true; // the next read says what is wrong
      }
    }

    @Override
    public String peer() {
      return peer;
    }

    /** The socket under TLS: closing that itself would wait for its peer. */
    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        log.debug("rtmp {}: {}", peer, e.getMessage());
      }
    }
  }
}
