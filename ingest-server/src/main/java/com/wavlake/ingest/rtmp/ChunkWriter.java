package com.wavlake.ingest.rtmp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Messages to chunks, RTMP 1.0 §5.3; every message begins with a full header. For one thread. */
final class ChunkWriter {
  private static final int EXTENDED = 0xff_ffff;

  private final OutputStream out;
  private int chunkSize = 128;

  ChunkWriter(OutputStream out) {
    this.out = out;
  }

  /** Tells the peer, and writes larger chunks from then on. */
  void setChunkSize(int bytes) throws IOException {
    control(RawMessage.SET_CHUNK_SIZE, bytes);
    chunkSize = bytes;
  }

  /** A protocol control message with one number. */
  void control(int type, int value) throws IOException {
    write(2, type, 0, 0, ByteBuffer.allocate(4).putInt(value).array());
  }

  /**
   * One message; flush is the caller's.
   *
   * @param csid 2 … 63
   * @param timestamp 32 bits of milliseconds
   */
  void write(int csid, int type, int streamId, int timestamp, byte[] payload) throws IOException {
    write(csid, type, streamId, timestamp, ByteBuffer.wrap(payload));
  }

  /** The same; {@code payload} has an array behind it. */
  void write(int csid, int type, int streamId, int timestamp, ByteBuffer payload)
      throws IOException {
    boolean extended = Integer.compareUnsigned(timestamp, EXTENDED) >= 0;
    int length = payload.remaining();
    out.write(csid);
    int24(extended ? EXTENDED : timestamp);
    int24(length);
    out.write(type);
    for (int shift = 0; shift < 32; shift += 8) { // the one little-endian number of RTMP
      out.write(streamId >> shift);
    }
    if (extended) {
      int32(timestamp);
    }
    int from = payload.arrayOffset() + payload.position();
    for (int at = 0; at < length; at += chunkSize) {
      if (at > 0) {
        out.write(3 << 6 | csid);
        if (extended) {
          int32(timestamp);
        }
      }
      out.write(payload.array(), from + at, Math.min(chunkSize, length - at));
    }
  }

  void flush() throws IOException {
    out.flush();
  }

  private void int24(int value) throws IOException {
    out.write(value >> 16);
    out.write(value >> 8);
    out.write(value);
  }

  private void int32(int value) throws IOException {
    out.write(value >> 24);
    int24(value);
  }
}
