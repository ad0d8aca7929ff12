package com.wavlake.ingest.rtmp;

import com.wavlake.ingest.amf.AmfException;
import com.wavlake.ingest.amf.AmfValue;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** The encoder's side of RTMP: connects, publishes one stream. For one thread. */
public final class RtmpPublisher implements AutoCloseable {
  private static final int DEFAULT_PORT = 1935;
  private static final int DEFAULT_TLS_PORT = 443;
  private static final int CHUNK = 60_000;
  private static final int CSID_COMMAND = 3;
  private static final int CSID_MEDIA = 6;

  private final Socket socket;
  private final ChunkWriter out;
  private final ChunkReader reader;
  private double transaction = 1;
  private int streamId;

  private RtmpPublisher(Socket socket) throws IOException {
    this.socket = socket;
    InputStream in = new BufferedInputStream(socket.getInputStream());
    OutputStream raw = new BufferedOutputStream(socket.getOutputStream(), 64 << 10);
    Handshake.initiate(in, raw);
    this.out = new ChunkWriter(raw);
    this.reader = new ChunkReader(in, type -> RtmpServerConnection.MAX_COMMAND, 0);
  }

  /**
   * Connects and publishes.
   *
   * @param server {@code rtmp://host[:port]/app}, or {@code rtmps://} for TLS
   * @param key the stream key
   * @param timeout for each wait for the server
   * @throws PublishRefused with the server's words when it does not let this key in
   */
  public static RtmpPublisher publish(String server, String key, Duration timeout)
      throws IOException, PublishRefused {
    URI uri = URI.create(server);
    boolean tls = "rtmps".equals(uri.getScheme());
    boolean plain = "rtmp".equals(uri.getScheme());
    if (!(plain || tls) || uri.getHost() == null || uri.getPath().length() < 2) {
      throw new IOException("expected rtmp://host/app or rtmps://host/app");
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? DEFAULT_TLS_PORT : DEFAULT_PORT;
    return publish(server, new InetSocketAddress(uri.getHost(), port), key, timeout);
  }

  /** The same, to an address that was looked up, and looked at, before. */
  public static RtmpPublisher publish(
      String server, InetSocketAddress address, String key, Duration timeout)
      throws IOException, PublishRefused {
    URI uri = URI.create(server);
    Socket socket = new Socket();
    try {
      int millis = (int) timeout.toMillis();
      socket.connect(address, millis);
      socket.setSoTimeout(millis);
      socket.setTcpNoDelay(true);
      if ("rtmps".equals(uri.getScheme())) {
        socket = secured(socket, uri.getHost().replaceAll("[\\[\\]]", ""));
      }
      RtmpPublisher publisher = new RtmpPublisher(socket);
      publisher.begin(server, app(uri), key);
      return publisher;
    } catch (RtmpException | AmfException e) {
      socket.close();
      throw new IOException("the server does not speak RTMP: " + e.getMessage(), e);
    } catch (IOException | PublishRefused e) {
      socket.close();
      throw e;
    }
  }

  private static String app(URI uri) {
    String path = uri.getPath().substring(1).replaceFirst("/+$", "");
    return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
  }

  private static Socket secured(Socket plain, String host) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate has to be this host's
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Sends a tag now; pacing is the caller's. */
  public void send(FlvTag tag) throws IOException {
    out.write(CSID_MEDIA, tag.type(), streamId, tag.timestampMillis(), tag.body());
    out.flush();
  }

  /** Says that it stops, and disconnects. */
  @Override
  public void close() throws IOException {
    try (socket) {
      if (!socket.isClosed()) {
        command(Command.of("FCUnpublish", ++transaction, AmfValue.Null.NULL));
        command(
            Command.of("deleteStream", ++transaction, AmfValue.Null.NULL, AmfValue.of(streamId)));
      }
    } catch (SocketException e) {
      // the server has hung up just now, and needs no farewell
    }
  }

  /** Whether either side has hung up. */
  public boolean isClosed() {
    return socket.isClosed();
  }

  /** Disconnects without a word, as a crash would. */
  public void abort() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private void begin(String server, String app, String key) throws IOException, PublishRefused {
    out.setChunkSize(CHUNK);
    AmfValue properties =
        AmfValue.object(
            "app",
            app,
            "type",
            "nonprivate",
            "flashVer",
            "FMLE/3.0 (compatible; wlk)",
            "tcUrl",
            server);
    command(Command.of("connect", transaction, properties));
    awaitResult(transaction);
    command(Command.of("releaseStream", ++transaction, AmfValue.Null.NULL, AmfValue.of(key)));
    command(Command.of("FCPublish", ++transaction, AmfValue.Null.NULL, AmfValue.of(key)));
    command(Command.of("createStream", ++transaction, AmfValue.Null.NULL));
    streamId = (int) awaitResult(transaction).argument(1).asNumber();
    Command publish =
        Command.of(
            "publish", ++transaction, AmfValue.Null.NULL, AmfValue.of(key), AmfValue.of("live"));
    out.write(CSID_COMMAND, RawMessage.COMMAND_AMF0, streamId, 0, publish.encode());
    out.flush();
    awaitStart();
    socket.setSoTimeout(0);
    Thread.ofVirtual().name("rtmp-publisher-reader").start(this::drain);
  }

  private Command awaitResult(double of) throws IOException, PublishRefused {
    while (true) {
      Command command = nextCommand();
      if (command.transaction() == of && command.name().equals("_result")) {
        return command;
      }
      if (command.transaction() == of && command.name().equals("_error")) {
        throw new PublishRefused(command.argument(1).property("description").asText());
      }
    }
  }

  private void awaitStart() throws IOException, PublishRefused {
    while (true) {
      Command command = nextCommand();
      if (command.name().equals("onStatus")) {
        AmfValue status = command.argument(1);
        if (status.property("code").asText().equals("NetStream.Publish.Start")) {
          return;
        }
        if (status.property("level").asText().equals("error")) {
          throw new PublishRefused(
              status.property("code").asText() + ": " + status.property("description").asText());
        }
      }
    }
  }

  private Command nextCommand() throws IOException {
    while (true) {
      RawMessage message = reader.next();
      if (message.type() == RawMessage.COMMAND_AMF0) {
        return Command.decode(message);
      }
    }
  }

  /**
   * What the server says while we publish is acknowledgements; unread they would fill its buffers.
   */
  private void drain() {
    try {
      while (!socket.isClosed()) {
        reader.next();
      }
    } catch (IOException | RtmpException e) {
      closeQuietly();
    }
  }

  private void closeQuietly() {
    try {
      socket.close();
    } catch (IOException e) {
      // closed is what it should be
    }
  }

  private void command(Command command) throws IOException {
    out.write(CSID_COMMAND, RawMessage.COMMAND_AMF0, 0, 0, command.encode());
    out.flush();
  }
}
