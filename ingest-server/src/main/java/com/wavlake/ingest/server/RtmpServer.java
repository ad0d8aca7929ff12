package com.wavlake.ingest.server;

import com.wavlake.ingest.rtmp.PublishGate;
import com.wavlake.ingest.rtmp.RtmpLimits;
import com.wavlake.ingest.rtmp.RtmpServerConnection;
import com.wavlake.ingest.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for encoders; one virtual thread each. */
public final class RtmpServer implements AutoCloseable {
  private static final int MAX_CONNECTIONS = 1_024;
  private static final int MAX_PER_ADDRESS = 64;
  private static final int BACKLOG = 256;
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);
  private static final int GOODBYE_MILLIS = 1_000;
  private static final Logger log = LoggerFactory.getLogger(RtmpServer.class);

  private final ServerSocket listener;
  private final PublishGate gate;
  private final RtmpLimits limits;
  private final Time time;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> perAddress = new ConcurrentHashMap<>();
  private final AtomicLong accepted = new AtomicLong();

  private RtmpServer(ServerSocket listener, PublishGate gate, RtmpLimits limits, Time time) {
    this.listener = listener;
    this.gate = gate;
    this.limits = limits;
    this.time = time;
  }

  /** Begins to listen. */
  public static RtmpServer open(
      String address, int port, PublishGate gate, RtmpLimits limits, Time time) throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw new IOException("RTMP port " + port + " on " + address + ": " + e.getMessage(), e);
    }
    RtmpServer server = new RtmpServer(listener, gate, limits, time);
    Thread.ofVirtual().name("rtmp-accept").start(server::accept);
    return server;
  }

  /** The port in use. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Connections so far. */
  public long acceptedCount() {
    return accepted.get();
  }

  /** Connections now. */
  public int connectionCount() {
    return connections.size();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        accepted.incrementAndGet();
        String peer = socket.getInetAddress().getHostAddress();
        if (connections.size() >= MAX_CONNECTIONS
            || perAddress.getOrDefault(peer, 0) >= MAX_PER_ADDRESS) {
          log.warn("rtmp {}: too many connections", peer);
          socket.close();
          continue;
        }
        Connection connection = new Connection(socket, peer);
        connections.add(connection);
        perAddress.merge(peer, 1, Integer::sum);
        Thread.ofVirtual().name("rtmp-" + peer).start(() -> serve(connection));
      } catch (IOException e) { // too many open files, for one: it passes
        if (!listener.isClosed()) {
          log.warn("rtmp listener: {}", e.getMessage());
          LockSupport.parkNanos(AFTER_FAILURE.toNanos());
        }
      }
    }
  }

  private void serve(Connection connection) {
    String reason = "a fault of ours";
    try (Socket socket = connection.socket) {
      socket.setTcpNoDelay(true);
      reason =
          new RtmpServerConnection(
                  socket.getInputStream(), socket.getOutputStream(), connection, gate, limits)
              .run();
      sayGoodbye(socket);
    } catch (IOException e) {
      log.debug("rtmp {}: {}", connection.peer, e.getMessage());
    } finally {
      connection.alarm.cancel();
      connections.remove(connection);
      perAddress.computeIfPresent(connection.peer, (peer, count) -> count == 1 ? null : count - 1);
      log.info("rtmp {} closed: {}", connection.peer, reason);
    }
  }

  /**
   * A socket closed while bytes are unread resets the connection, and the peer loses our last
   * words.
   */
  private static void sayGoodbye(Socket socket) throws IOException {
    if (socket.isClosed()) {
      return;
    }
    socket.shutdownOutput();
    socket.setSoTimeout(GOODBYE_MILLIS);
    InputStream in = socket.getInputStream();
    byte[] sink = new byte[8 << 10];
    long end = System.nanoTime() + Duration.ofMillis(GOODBYE_MILLIS).toNanos();
    int read = 0;
    while (read >= 0 && System.nanoTime() < end) {
      read = in.read(sink);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      log.debug("rtmp listener: {}", e.getMessage());
    }
    connections.forEach(Connection::close);
  }

  private final class Connection implements RtmpServerConnection.Transport {
    private final Socket socket;
    private final String peer;
    private Time.Alarm alarm = () -> {};
    private volatile boolean expired;

    Connection(Socket socket, String peer) {
      this.socket = socket;
      this.peer = peer;
    }

    @Override
    public void silence(Duration longest) throws IOException {
      socket.setSoTimeout((int) longest.toMillis());
    }

    @Override
    public void deadline(Duration left) {
      alarm.cancel();
      if (left.isPositive()) {
        alarm =
            time.schedule(
                left,
                () -> {
                  expired = true;
                  close();
                });
      }
    }

    @Override
    public boolean expired() {
      return expired;
    }

    @Override
    public String peer() {
      return peer;
    }

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
