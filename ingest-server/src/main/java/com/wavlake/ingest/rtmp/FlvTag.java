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
