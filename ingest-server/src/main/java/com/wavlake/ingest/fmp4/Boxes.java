package com.wavlake.ingest.fmp4;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes ISO boxes (ISO/IEC 14496-12): begin, fill, end sets the size. */
final class Boxes {
  private byte[] data;
  private int size;

  Boxes(int capacity) {
    data = new byte[capacity];
  }

  /** Begins a box; the answer goes to {@link #end}. */
  int begin(String type) {
    int start = size;
    u32(0).ascii(type);
    return start;
  }

  /** Begins a full box. */
  int beginFull(String type, int version, int flags) {
    int start = begin(type);
    u32(version << 24 | flags);
    return start;
  }

  void end(int start) {
    putInt(start, size - start);
  }

  Boxes u8(int value) {
    ensure(1);
    data[size++] = (byte) value;
    return this;
  }

  Boxes u16(int value) {
    return u8(value >> 8).u8(value);
  }

  Boxes u32(int value) {
    ensure(4);
    putInt(size, value);
    size += 4;
    return this;
  }

  Boxes u64(long value) {
    return u32((int) (value >> 32)).u32((int) value);
  }

  Boxes ascii(String text) {
    return bytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  Boxes bytes(byte[] bytes) {
    ensure(bytes.length);
    System.arraycopy(bytes, 0, data, size, bytes.length);
    size += bytes.length;
    return this;
  }

  Boxes zeros(int count) {
    ensure(count);
    Arrays.fill(data, size, size + count, (byte) 0);
    size += count;
    return this;
  }

  int size() {
    return size;
  }

  /** Sets a number that was left open. */
  void putInt(int at, int value) {
    data[at] = (byte) (value >> 24);
    data[at + 1] = (byte) (value >> 16);
    data[at + 2] = (byte) (value >> 8);
    data[at + 3] = (byte) value;
  }

  byte[] toBytes() {
    return Arrays.copyOf(data, size);
  }

  byte[] array() {
    return data;
  }

  private void ensure(int more) {
    if (data.length - size < more) {
      data = Arrays.copyOf(data, Math.max(2 * data.length, size + more));
    }
  }
}
