package com.wavlake.ingest.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a picture is and how large it unfolds, by its bytes and without unfolding any of it.
 *
 * @param mediaType {@code image/png}, {@code image/jpeg}, {@code image/gif} or {@code image/webp}
 * @param width in pixels, 1 or more
 * @param height in pixels, 1 or more
 */
record PictureHeader(String mediaType, long width, long height) {
  private static final long PNG = 0x89_50_4E_47_0D_0A_1A_0AL;
  private static final int IHDR_BYTES = 13;
  private static final int JPEG_START = 0xFFD8;
  private static final int GIF_HEADER = 13;

  /** Nothing for what is none of the four, is cut off, or has no size. */
  static Optional<PictureHeader> of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      return read(in).filter(header -> header.width > 0 && header.height > 0);
    } catch (IndexOutOfBoundsException cutOff) {
      return Optional.empty();
    }
  }

  private static Optional<PictureHeader> read(ByteBuffer in) {
    if (in.getLong(0) == PNG) {
      return png(in);
    }
    if (u16(in, 0) == JPEG_START) {
      return jpeg(in);
    }
    String start = text(in, 0, 6);
    if (start.equals("GIF87a") || start.equals("GIF89a")) {
      return gif(in.order(ByteOrder.LITTLE_ENDIAN));
    }
    if (start.startsWith("RIFF") && text(in, 8, 4).equals("WEBP")) {
      return webp(in.order(ByteOrder.LITTLE_ENDIAN));
    }
    return Optional.empty();
  }

  /** PNG (third edition) 11.2.1: the first chunk is IHDR. Frames of an animation lie within it. */
  private static Optional<PictureHeader> png(ByteBuffer in) {
    return in.getInt(8) == IHDR_BYTES && text(in, 12, 4).equals("IHDR")
        ? found("image/png", u32(in, 16), u32(in, 20))
        : Optional.empty();
  }

  /** ITU-T T.81 B.2: segments up to the frame header, of the processes that browsers know. */
  private static Optional<PictureHeader> jpeg(ByteBuffer in) {
    int at = 2;
    while (true) {
      if (u8(in, at) != 0xFF) {
        return Optional.empty();
      }
      while (u8(in, at) == 0xFF) {
        at++;
      }
      int marker = u8(in, at++);
      int length = u16(in, at);
      switch (marker) {
        case 0xC0, 0xC1, 0xC2 -> { // baseline, extended sequential, progressive
          return found("image/jpeg", u16(in, at + 5), u16(in, at + 3));
        }
        case 0xC4, 0xDB, 0xDD, 0xFE -> at += length; // tables, a comment
        default -> {
          boolean application = marker >= 0xE0 && marker <= 0xEF;
          if (!application) {
            return Optional.empty();
          }
          at += length;
        }
      }
      if (length < 2) {
        return Optional.empty();
      }
    }
  }

  /**
   * GIF89a 18, 20: the logical screen, and every picture on it, since viewers make the screen as
   * large as what is drawn beyond it.
   */
  private static Optional<PictureHeader> gif(ByteBuffer in) {
    int width = u16(in, 6);
    int height = u16(in, 8);
    int pictures = 0;
    int at = GIF_HEADER + colours(u8(in, 10));
    while (at < in.limit()) {
      int block = u8(in, at);
      if (block == 0x21) { // an extension
        at = behindSubBlocks(in, at + 2);
      } else if (block == 0x2C) {
        width = Math.max(width, u16(in, at + 1) + u16(in, at + 5));
        height = Math.max(height, u16(in, at + 3) + u16(in, at + 7));
        at = behindSubBlocks(in, at + 10 + colours(u8(in, at + 9)) + 1);
        pictures++;
      } else { // the trailer, or what ends it just as well
        break;
      }
    }
    return pictures == 0 ? Optional.empty() : found("image/gif", width, height);
  }

  private static int colours(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;
  }

  private static int behindSubBlocks(ByteBuffer in, int from) {
    int at = from;
    for (int size = u8(in, at); size > 0; size = u8(in, at)) {
      at += 1 + size;
    }
    return at + 1;
  }

  /**
   * RFC 9649 2.5 to 2.7, RFC 6386 9.1. Where there is a canvas (VP8X), decoders refuse pictures
   * that are not of its size and frames that do not lie within.
   */
  private static Optional<PictureHeader> webp(ByteBuffer in) {
    return switch (text(in, 12, 4)) {
      case "VP8 " ->
          (u8(in, 20) & 1) == 0 && u8(in, 23) == 0x9D && u8(in, 24) == 1 && u8(in, 25) == 0x2A
              ? found("image/webp", u16(in, 26) & 0x3FFF, u16(in, 28) & 0x3FFF)
              : Optional.empty();
      case "VP8L" -> {
        long size = u32(in, 21);
        yield u8(in, 20) == 0x2F
            ? found("image/webp", (size & 0x3FFF) + 1, (size >> 14 & 0x3FFF) + 1)
            : Optional.empty();
      }
      case "VP8X" -> found("image/webp", u24(in, 24) + 1, u24(in, 27) + 1);
      default -> Optional.empty();
    };
  }

  private static Optional<PictureHeader> found(String mediaType, long width, long height) {
    return Optional.of(new PictureHeader(mediaType, width, height));
  }

  private static String text(ByteBuffer in, int at, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static int u8(ByteBuffer in, int at) {
    return in.get(at) & 0xFF;
  }

  private static int u16(ByteBuffer in, int at) {
    return in.getShort(at) & 0xFFFF;
  }

  private static long u24(ByteBuffer in, int at) {
    return u16(in, at) | (long) u8(in, at + 2) << 16;
  }

  private static long u32(ByteBuffer in, int at) {
    return in.getInt(at) & 0xFFFFFFFFL;
  }
}
