package com.wavlake.ingest.media;

/** What a track's samples are encoded with. */
public enum Codec {
  /** H.264 (ISO/IEC 14496-10), length-prefixed NAL units. */
  AVC("h264"),
  /** H.265 (ISO/IEC 23008-2), length-prefixed NAL units. */
  HEVC("h265"),
  /** AV1, temporal units of OBUs in low-overhead format. */
  AV1("av1"),
  /** VP9, frames or superframes. */
  VP9("vp9"),
  /** AAC (ISO/IEC 14496-3), raw access units. */
  AAC("aac"),
  /** MPEG-1 and MPEG-2 audio layer III, whole frames. */
  MP3("mp3"),
  /** Opus (RFC 6716) packets. */
  OPUS("opus"),
  /** FLAC (RFC 9639) frames. */
  FLAC("flac"),
  /** AC-3 (ETSI TS 102 366) sync frames. */
  AC3("ac3"),
  /** Enhanced AC-3 (ETSI TS 102 366, annex E) sync frames. */
  EAC3("eac3");

  private final String label;

  Codec(String label) {
    this.label = label;
  }

  /** As people call it. */
  public String label() {
    return label;
  }
}
