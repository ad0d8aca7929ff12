package com.wavlake.ingest.rtmp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What an audio or video tag carries for one track, whichever way it is written: FLV 10.1 annex
 * E.4, or Enhanced RTMP v2 with its FourCCs, ModEx and multitrack.
 *
 * @param fourcc the codec, in Enhanced RTMP's numbers
 * @param type what {@code body} is
 * @param track its number on the wire, 0 where there is but one
 * @param keyFrame whether decoding can start here
 * @param compositionMillis presentation minus decoding time; signed
 * @param nanos what is to be added to the tag's timestamp
 * @param body position to limit; may be empty
 */
record FlvPacket(
    int fourcc,
    Type type,
    int track,
    boolean keyFrame,
    int compositionMillis,
    int nanos,
    ByteBuffer body) {

  /** What a packet is for. */
  enum Type {
    /** Its decoder configuration. */
    CONFIGURATION,
    /** Coded data. */
    CODED,
    /** Nothing that changes what is shown. */
    OTHER
  }

  static final int AVC = fourcc("avc1");
  static final int HEVC = fourcc("hvc1");
  static final int AV1 = fourcc("av01");
  static final int VP8 = fourcc("vp08");
  static final int VP9 = fourcc("vp09");
  static final int AAC = fourcc("mp4a");
  static final int MP3 = fourcc(".mp3");
  static final int OPUS = fourcc("Opus");
  static final int FLAC = fourcc("fLaC");
  static final int AC3 = fourcc("ac-3");
  static final int EAC3 = fourcc("ec-3");

  private static final int MAX_TRACKS = 32;
  private static final int EX_VIDEO = 0x80;
  private static final int EX_AUDIO = 9;
  private static final int KEY_FRAME = 1;
  private static final int COMMAND_FRAME = 5;
  private static final int LEGACY_AAC = 10;

  private static final int SEQUENCE_START = 0;
  private static final int CODED_FRAMES = 1;
  private static final int CODED_FRAMES_X = 3;
  private static final int VIDEO_METADATA = 4;
  private static final int AUDIO_MULTITRACK = 5;
  private static final int VIDEO_MULTITRACK = 6;
  private static final int MOD_EX = 7;
  private static final int TIMESTAMP_NANOS = 0;

  private static final int ONE_TRACK = 0;
  private static final int MANY_TRACKS = 1;
  private static final int MANY_CODECS = 2;

  /** Four characters as the number they make. */
  static int fourcc(String text) {
    return text.charAt(0) << 24 | text.charAt(1) << 16 | text.charAt(2) << 8 | text.charAt(3);
  }

  /** A FourCC for people. */
  static String printable(int fourcc) {
    StringBuilder out = new StringBuilder(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      int c = fourcc >> shift & 0xff;
      out.append(c >= 0x20 && c < 0x7f ? (char) c : '?');
    }
    return out.toString().strip();
  }

  /**
   * A video tag's packets, one a track.
   *
   * @throws RtmpException when a length in it does not fit
   */
  static List<FlvPacket> video(ByteBuffer tag) {
    if (!tag.hasRemaining()) {
      return List.of();
    }
    int first = tag.get() & 0xff;
    return (first & EX_VIDEO) == 0
        ? legacyVideo(first, tag)
        : enhanced(tag, first & 0x0f, first >> 4 & 7, true);
  }

  /**
   * An audio tag's packets, one a track.
   *
   * @throws RtmpException when a length in it does not fit
   */
  static List<FlvPacket> audio(ByteBuffer tag) {
    if (!tag.hasRemaining()) {
      return List.of();
    }
    int first = tag.get() & 0xff;
    return first >> 4 == EX_AUDIO
        ? enhanced(tag, first & 0x0f, KEY_FRAME, false)
        : legacyAudio(first >> 4, tag);
  }

  private static List<FlvPacket> legacyVideo(int first, ByteBuffer tag) {
    int frame = first >> 4;
    int codec =
        switch (first & 0x0f) {
          case 7 -> AVC;
          case 12 -> HEVC; // not in any specification, and what encoders before 2023 send
          default -> first & 0x0f;
        };
    if (codec < 16) {
      return List.of(new FlvPacket(codec, Type.CODED, 0, false, 0, 0, tag));
    }
    if (frame == COMMAND_FRAME || tag.remaining() < 4) {
      return List.of();
    }
    Type type = type(tag.get(), true);
    int composition = signed24(tag);
    return List.of(new FlvPacket(codec, type, 0, frame == KEY_FRAME, composition, 0, tag));
  }

  private static List<FlvPacket> legacyAudio(int format, ByteBuffer tag) {
    if (format == 2 || format == 14) {
      return List.of(new FlvPacket(MP3, Type.CODED, 0, true, 0, 0, tag));
    }
    if (format != LEGACY_AAC) {
      return List.of(new FlvPacket(format, Type.CODED, 0, true, 0, 0, tag));
    }
    return tag.hasRemaining()
        ? List.of(new FlvPacket(AAC, type(tag.get(), false), 0, true, 0, 0, tag))
        : List.of();
  }

  private static List<FlvPacket> enhanced(ByteBuffer tag, int first, int frame, boolean isVideo) {
    int packetType = first;
    int nanos = 0;
    while (packetType == MOD_EX) {
      int size = u8(tag) + 1;
      size = size == 256 ? u16(tag) + 1 : size;
      ByteBuffer data = slice(tag, size);
      int next = u8(tag);
      if (next >> 4 == TIMESTAMP_NANOS && size >= 3) {
        nanos = u24(data);
      }
      packetType = next & 0x0f;
    }
    if (isVideo && frame == COMMAND_FRAME && packetType != VIDEO_METADATA) {
      return List.of(); // the start and end of client-side seeking
    }
    if (packetType != (isVideo ? VIDEO_MULTITRACK : AUDIO_MULTITRACK)) {
      int fourcc = u32(tag);
      return List.of(packet(fourcc, packetType, 0, frame, nanos, tag, isVideo));
    }
    int many = u8(tag);
    int layout = many >> 4;
    packetType = many & 0x0f;
    if (layout > MANY_CODECS) {
      throw new RtmpException("multitrack of type " + layout);
    }
    int fourcc = layout == MANY_CODECS ? 0 : u32(tag);
    List<FlvPacket> packets = new ArrayList<>(2);
    do {
      fourcc = layout == MANY_CODECS ? u32(tag) : fourcc;
      int track = u8(tag);
      ByteBuffer body = layout >= MANY_TRACKS ? slice(tag, u24(tag)) : tag;
      packets.add(packet(fourcc, packetType, track, frame, nanos, body, isVideo));
      if (packets.size() > MAX_TRACKS) {
        throw new RtmpException("over " + MAX_TRACKS + " tracks in one tag");
      }
    } while (layout != ONE_TRACK && tag.hasRemaining());
    return packets;
  }

  private static FlvPacket packet(
      int fourcc,
      int packetType,
      int track,
      int frame,
      int nanos,
      ByteBuffer body,
      boolean isVideo) {
    boolean offset = isVideo && packetType == CODED_FRAMES && (fourcc == AVC || fourcc == HEVC);
    int composition = offset ? signed24(body) : 0;
    return new FlvPacket(
        fourcc, type(packetType, isVideo), track, frame == KEY_FRAME, composition, nanos, body);
  }

  private static Type type(int packetType, boolean isVideo) {
    return switch (packetType) {
      case SEQUENCE_START -> Type.CONFIGURATION;
      case CODED_FRAMES -> Type.CODED;
      case CODED_FRAMES_X -> isVideo ? Type.CODED : Type.OTHER;
      default -> Type.OTHER; // the end of a sequence, colour metadata, channel layouts
    };
  }

  private static ByteBuffer slice(ByteBuffer in, int size) {
    if (size > in.remaining()) {
      throw new RtmpException("a track of " + size + " bytes in a tag of " + in.remaining());
    }
    ByteBuffer slice = in.slice(in.position(), size);
    in.position(in.position() + size);
    return slice;
  }

  private static int u8(ByteBuffer in) {
    require(in, 1);
    return in.get() & 0xff;
  }

  private static int u16(ByteBuffer in) {
    require(in, 2);
    return in.getShort() & 0xffff;
  }

  private static int u24(ByteBuffer in) {
    require(in, 3);
    return u8(in) << 16 | u8(in) << 8 | u8(in);
  }

  private static int signed24(ByteBuffer in) {
    return u24(in) << 8 >> 8;
  }

  private static int u32(ByteBuffer in) {
    require(in, 4);
    return in.getInt();
  }

  private static void require(ByteBuffer in, int bytes) {
    if (in.remaining() < bytes) {
      throw new RtmpException("a media tag is cut short");
    }
  }
}
