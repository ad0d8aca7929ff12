package com.wavlake.ingest.codec;

/** Reads bits, most significant first; past the end it throws. */
final class BitReader {
  private final byte[] data;
  private final int end;
  private int bit;

  BitReader(byte[] data, int from, int to) {
    this.data = data;
    this.bit = from * 8;
    this.end = to * 8;
  }

  int bits(int count) {
    if (bit + count > end) {
      throw new CodecException("configuration is cut short");
    }
    int value = 0;
    for (int i = 0; i < count; i++, bit++) {
      value = value << 1 | data[bit >> 3] >> 7 - (bit & 7) & 1;
    }
    return value;
  }

  boolean flag() {
    return bits(1) == 1;
  }

  void skip(int count) {
    for (int left = count; left > 0; left -= 24) {
      bits(Math.min(left, 24));
    }
  }

  void skipBytes(int count) {
    if (count < 0 || count > left() / 8) {
      throw new CodecException("configuration is cut short");
    }
    bit += 8 * count;
  }

  /** Where the next byte begins, when the last one was read to its end. */
  int bytePosition() {
    return bit >> 3;
  }

  /** How many bits are left. */
  int left() {
    return end - bit;
  }

  /** ue(v), ISO/IEC 14496-10 §9.1. */
  int unsignedExpGolomb() {
    int zeros = 0;
    while (!flag()) {
      if (++zeros > 31) {
        throw new CodecException("Exp-Golomb code over 32 bits");
      }
    }
    return (1 << zeros) - 1 + (zeros == 0 ? 0 : bits(zeros));
  }

  /** se(v), ISO/IEC 14496-10 §9.1.1. */
  int signedExpGolomb() {
    int k = unsignedExpGolomb();
    return (k & 1) == 1 ? (k + 1) / 2 : -(k / 2);
  }
}
