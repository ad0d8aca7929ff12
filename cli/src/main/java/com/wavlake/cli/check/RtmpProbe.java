package com.wavlake.cli.check;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Whether RTMP is spoken somewhere: connects, and shakes hands (RTMP 1.0 §5.2) without a stream
 * key.
 */
final class RtmpProbe {
  private static final int VERSION = 3;
  private static final int SIZE = 1536;
  private static final int PORT = 1935;
  private static final int TLS_PORT = 443;

  private RtmpProbe() {}

  /**
   * Shakes hands.
   *
   * @param server {@code rtmp://host[:port]/app}, or {@code rtmps://}
   * @throws IOException when nobody answers, or not like this
   */
  static void shakeHands(String server, Duration timeout) throws IOException {
    URI uri = Web.uri(server);
    boolean tls = "rtmps".equals(uri.getScheme());
    if (uri.getHost() == null) {
      throw new IOException(server + ": expected rtmp://host/app");
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? TLS_PORT : PORT;
    String host = uri.getHost().replaceAll("[\\[\\]]", "");
    try (Socket plain = new Socket()) {
      int millis = (int) timeout.toMillis();
      plain.connect(new InetSocketAddress(host, port), millis);
      plain.setSoTimeout(millis);
      try (Socket socket = tls ? secured(plain, host, port) : plain) {
        greet(socket.getInputStream(), socket.getOutputStream());
      }
    }
  }

  private static Socket secured(Socket plain, String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate has to be this host's
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private static void greet(InputStream in, OutputStream out) throws IOException {
    byte[] c01 = new byte[1 + SIZE];
    Arrays.fill(c01, 9, c01.length, (byte) 'w'); // behind the time and the four zero bytes
    c01[0] = VERSION;
    out.write(c01);
    out.flush();
    int version = in.read();
    if (version != VERSION) {
      throw new IOException(
          version < 0 ? "hung up at the handshake" : "does not speak RTMP: version " + version);
    }
    byte[] s1 = in.readNBytes(SIZE);
    byte[] s2 = in.readNBytes(SIZE);
    if (s2.length < SIZE) {
      throw new EOFException("hung up within the handshake");
    }
    out.write(s1); // C2 echoes S1
    out.flush();
  }
}
