package com.wavlake.ingest.media;

/** What a track's samples are encoded with. */
public enum Codec {
  /** H.264 (ISO/IEC 14496-10), length-prefixed NAL units. */
  AVC("h264"),
  /** AAC (ISO/IEC 14496-3), raw access units. */
  AAC("aac");

  private final String label;

  Codec(String label) {
    this.label = label;
  }

  /** As people call it. */
  public String label() {
    return label;
  }
}
