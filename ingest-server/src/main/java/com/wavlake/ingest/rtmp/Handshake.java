package com.wavlake.ingest.rtmp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** The handshake, RTMP 1.0 §5.2: plain version 3, without digests. */
final class Handshake {
  private static final int VERSION = 3;
  private static final int SIZE = 1536;

  private Handshake() {}

  /** The server's part: C0 C1 in, S0 S1 S2 out, C2 in. */
  static void accept(InputStream in, OutputStream out) throws IOException {
    int version = in.read();
    if (version < 0) {
      throw new EOFException("closed before the handshake");
    }
    if (version != VERSION) {
      throw new RtmpException("handshake version " + version + ", only 3 is spoken here");
    }
    byte[] c1 = in.readNBytes(SIZE);
    requireWhole(c1);
    byte[] s1 = random();
    byte[] s012 = new byte[1 + 2 * SIZE];
    s012[0] = VERSION;
    System.arraycopy(s1, 0, s012, 1, SIZE);
    System.arraycopy(c1, 0, s012, 1 + SIZE, SIZE); // S2 echoes C1: OBS warns otherwise
    out.write(s012);
    out.flush();
    requireWhole(in.readNBytes(SIZE));
  }

  /** The client's part: C0 C1 out, S0 S1 S2 in, C2 out. */
  static void initiate(InputStream in, OutputStream out) throws IOException {
    byte[] c01 = new byte[1 + SIZE];
    c01[0] = VERSION;
    System.arraycopy(random(), 0, c01, 1, SIZE);
    out.write(c01);
    out.flush();
    int version = in.read();
    if (version != VERSION) {
      throw new RtmpException("server answers the handshake with version " + version);
    }
    byte[] s1 = in.readNBytes(SIZE);
    byte[] s2 = in.readNBytes(SIZE);
    requireWhole(s1);
    requireWhole(s2);
    out.write(s1);
    out.flush();
  }

  private static byte[] random() {
    byte[] bytes = new byte[SIZE];
    ThreadLocalRandom.current().nextBytes(bytes);
    Arrays.fill(bytes, 0, 8, (byte) 0); // time 0, and the four zero bytes that say "no digest"
    return bytes;
  }

  private static void requireWhole(byte[] part) throws EOFException {
    if (part.length < SIZE) {
      throw new EOFException("closed within the handshake");
    }
  }
}
