package com.wavlake.ingest.rtmp;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A tag of an FLV file (Adobe FLV 10.1, annex E.4.1), which is also the body of an RTMP message.
 *
 * @param type 8 audio, 9 video, 18 script data
 * @param timestampMillis from the beginning of the file
 * @param body without the tag's header, position 0 to limit; not to be changed
 */
public record FlvTag(int type, int timestampMillis, ByteBuffer body) {
  /** Script data. */
  public boolean isData() {
    return type == RawMessage.DATA_AMF0;
  }

  /** A glance, for every tag: false where it is neither metadata nor a configuration. */
  static boolean mayDescribe(int type, ByteBuffer body) {
    if (type == RawMessage.DATA_AMF0) {
      return true;
    }
    if (body.remaining() < 2) {
      return false;
    }
    int first = body.get(body.position()) & 0xff;
    boolean enhanced = type == RawMessage.VIDEO ? (first & 0x80) != 0 : first >> 4 == 9;
    if (!enhanced) {
      return body.get(body.position() + 1) == 0;
    }
    int packetType = first & 0x0f;
    return packetType == 0 || packetType >= 5; // multitrack and ModEx may hide one
  }

  /** A decoder configuration. */
  public boolean isConfiguration() {
    return !isData() && packets().stream().anyMatch(p -> p.type() == FlvPacket.Type.CONFIGURATION);
  }

  /** A video key frame. */
  public boolean isKeyFrame() {
    return isVideo()
        && packets().stream().anyMatch(p -> p.keyFrame() && p.type() == FlvPacket.Type.CODED);
  }

  /** Pictures, whatever about them. */
  public boolean isVideo() {
    return type == RawMessage.VIDEO;
  }

  private List<FlvPacket> packets() {
    try {
      return isVideo() ? FlvPacket.video(body.duplicate()) : FlvPacket.audio(body.duplicate());
    } catch (RtmpException e) {
      return List.of();
    }
  }
}
