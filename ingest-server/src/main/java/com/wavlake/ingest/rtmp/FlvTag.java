package com.wavlake.ingest.rtmp;

/**
 * A tag of an FLV file (Adobe FLV 10.1, annex E.4.1), which is also the body of an RTMP message.
 *
 * @param type 8 audio, 9 video, 18 script data
 * @param timestampMillis from the beginning of the file
 * @param body without the tag's header; not to be changed
 */
public record FlvTag(int type, int timestampMillis, byte[] body) {
  /** At the beginning of a clip: a decoder configuration or metadata, not a picture or sound. */
  boolean isHeader() {
    return type == RawMessage.DATA_AMF0 || (body.length > 1 && body[1] == 0 && isAvcOrAac());
  }

  private boolean isAvcOrAac() {
    return type == RawMessage.VIDEO ? (body[0] & 0x0f) == 7 : (body[0] >> 4 & 0x0f) == 10;
  }
}
