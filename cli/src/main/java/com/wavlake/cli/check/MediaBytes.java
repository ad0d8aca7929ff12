package com.wavlake.cli.check;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether bytes have the shape of media that a player decodes: fragmented MP4 (ISO/IEC 14496-12) or
 * an MPEG transport stream (ISO/IEC 13818-1). Structure alone; nothing is decoded.
 */
final class MediaBytes {
  private static final int TS_PACKET = 188;
  private static final byte TS_SYNC = 0x47;
  private static final int MAX_BOXES = 10_000;

  private MediaBytes() {}

  /** A box: its type, and what is in it. */
  private record Box(String type, ByteBuffer payload) {}

  /**
   * Checks an initialisation segment.
   *
   * @return what is in it, in words
   * @throws LiveException INVALID when it is none
   */
  static String init(byte[] bytes) {
    List<Box> boxes = boxes(ByteBuffer.wrap(bytes));
    require(boxes, "ftyp");
    List<Box> movie = boxes(require(boxes, "moov").payload());
    long tracks = movie.stream().filter(box -> box.type().equals("trak")).count();
    if (tracks == 0) {
      throw broken("moov has no trak");
    }
    require(movie, "mvex"); // without it a player does not expect fragments
    return tracks + (tracks == 1 ? " track" : " tracks");
  }

  /**
   * Checks a segment, or a part of one.
   *
   * @return what is in it, in words
   * @throws LiveException INVALID when it is none
   */
  static String segment(byte[] bytes) {
    return isTransportStream(bytes)
        ? "MPEG-TS of " + bytes.length / TS_PACKET + " packets"
        : fragments(bytes);
  }

  private static String fragments(byte[] bytes) {
    List<Box> boxes = boxes(ByteBuffer.wrap(bytes));
    List<Box> fragment = boxes(require(boxes, "moof").payload());
    require(fragment, "mfhd");
    require(boxes(require(fragment, "traf").payload()), "trun");
    if (require(boxes, "mdat").payload().remaining() == 0) {
      throw broken("mdat is empty");
    }
    return "fMP4 of " + (bytes.length + 1023) / 1024 + " KiB";
  }

  private static boolean isTransportStream(byte[] bytes) {
    if (bytes.length < TS_PACKET || bytes.length % TS_PACKET != 0) {
      return false;
    }
    for (int at = 0; at < bytes.length; at += TS_PACKET) {
      if (bytes[at] != TS_SYNC) {
        return false;
      }
    }
    return true;
  }

  private static Box require(List<Box> boxes, String type) {
    return boxes.stream()
        .filter(box -> box.type().equals(type))
        .findFirst()
        .orElseThrow(() ->
            broken(
                "no "
                    + type
                    + " but "
                    + boxes.stream()
                        .map(Box::type)
                        .distinct()
                        .limit(8)
                        .collect(Collectors.joining(" "))));
  }

  private static List<Box> boxes(ByteBuffer in) {
    List<Box> boxes = new ArrayList<>();
    while (in.hasRemaining()) {
      if (boxes.size() == MAX_BOXES) {
        throw broken("over " + MAX_BOXES + " boxes");
      }
      int start = in.position();
      if (in.remaining() < 8) {
        throw broken("a box is cut short at byte " + start);
      }
      long size = Integer.toUnsignedLong(in.getInt());
      byte[] type = new byte[4];
      in.get(type);
      if (size == 1 && in.remaining() >= 8) {
        size = in.getLong();
      } else if (size == 0) {
        size = (long) in.limit() - start; // to the end
      }
      long payload = start + size - in.position();
      String name = new String(type, StandardCharsets.ISO_8859_1);
      if (payload < 0 || payload > in.remaining()) {
        throw broken("box " + name + " of " + size + " bytes does not fit at byte " + start);
      }
      boxes.add(new Box(name, in.slice(in.position(), (int) payload)));
      in.position(in.position() + (int) payload);
    }
    return boxes;
  }

  private static LiveException broken(String what) {
    return new LiveException(Category.INVALID, "not to be played: " + what);
  }
}
