package com.wavlake.ingest.rtmp;

import com.wavlake.ingest.amf.AmfValue;
import com.wavlake.ingest.codec.AacConfig;
import com.wavlake.ingest.codec.Ac3Config;
import com.wavlake.ingest.codec.Av1Config;
import com.wavlake.ingest.codec.AvcConfig;
import com.wavlake.ingest.codec.CodecException;
import com.wavlake.ingest.codec.FlacConfig;
import com.wavlake.ingest.codec.HevcConfig;
import com.wavlake.ingest.codec.Mp3Config;
import com.wavlake.ingest.codec.OpusConfig;
import com.wavlake.ingest.codec.Vp9Config;
import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.MediaSink;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Media tags to tracks and samples. A codec that is not known here drops that track, not the
 * stream; so does a tag that cannot be read. For one thread.
 */
final class FlvDemuxer {
  private static final int MAX_TOLD = 16;
  private static final int MAX_CONFIGURATION = 16 << 10;
  private static final int NANOS_A_TICK = 1_000_000_000 / Track.Video.TIMESCALE;
  private static final int TICKS_A_MILLI = Track.Video.TIMESCALE / 1000;

  private final MediaSink sink;
  private final TagClock clock = new TagClock();
  private final Set<String> told = new HashSet<>();
  private Track.@Nullable Video video;
  private Track.@Nullable Audio audio;
  private @Nullable AudioClock audioClock;
  private byte @Nullable [] vp9Config;
  private int videoTrack = -1;
  private int audioTrack = -1;
  private long lastVideoDts = Long.MIN_VALUE;

  FlvDemuxer(MediaSink sink) {
    this.sink = sink;
  }

  /** onMetaData, with or without {@code @setDataFrame}; tells which tracks to wait for. */
  void data(List<AmfValue> values) {
    for (AmfValue value : values) {
      if (value instanceof AmfValue.Obj) {
        boolean hasVideo = !(value.property("videocodecid") instanceof AmfValue.Null);
        boolean hasAudio = !(value.property("audiocodecid") instanceof AmfValue.Null);
        if (hasVideo || hasAudio) {
          sink.announced(hasVideo, hasAudio);
        }
      }
    }
  }

  /** A video tag's body. */
  void video(int timestamp, ByteBuffer tag) {
    try {
      for (FlvPacket packet : FlvPacket.video(tag)) {
        if (videoTrack < 0) {
          videoTrack = packet.track();
        }
        if (packet.track() == videoTrack) {
          video(timestamp, packet);
        } else {
          drop("a second video track is not used: viewers see the first");
        }
      }
    } catch (CodecException | RtmpException e) {
      drop("video: " + e.getMessage());
    }
  }

  /** An audio tag's body. */
  void audio(int timestamp, ByteBuffer tag) {
    try {
      for (FlvPacket packet : FlvPacket.audio(tag)) {
        if (audioTrack < 0) {
          audioTrack = packet.track();
        }
        if (packet.track() == audioTrack) {
          audio(timestamp, packet);
        } else {
          drop("a second audio track is not used: viewers hear the first");
        }
      }
    } catch (CodecException | RtmpException e) {
      drop("audio: " + e.getMessage());
    }
  }

  private void video(int timestamp, FlvPacket packet) {
    Supplier<Track.@Nullable Video> configured = videoConfiguration(packet);
    if (configured == null) {
      drop(
          "video codec "
              + name(packet.fourcc())
              + " is not supported: choose H.264 (x264) in your encoder");
      return;
    }
    if (packet.type() == FlvPacket.Type.OTHER || !packet.body().hasRemaining()) {
      return;
    }
    Track.Video next = configured.get();
    if (next != null && !next.equals(video)) {
      video = next;
      sink.track(next);
    }
    if (packet.type() == FlvPacket.Type.CODED && video != null) {
      long millis = time(timestamp);
      long told = millis * TICKS_A_MILLI + packet.nanos() / NANOS_A_TICK;
      long dts = Math.max(told, lastVideoDts + 1);
      lastVideoDts = dts;
      int composition = packet.compositionMillis() * TICKS_A_MILLI;
      sink.sample(new Sample(video, dts, composition, packet.keyFrame(), packet.body()));
    }
  }

  /** How to learn of a changed configuration from this packet; null for a codec nobody knows. */
  private @Nullable Supplier<Track.@Nullable Video> videoConfiguration(FlvPacket packet) {
    boolean configuration = packet.type() == FlvPacket.Type.CONFIGURATION;
    int fourcc = packet.fourcc();
    if (fourcc == FlvPacket.AVC) {
      return () -> configuration ? AvcConfig.parse(bytes(packet)) : null;
    }
    if (fourcc == FlvPacket.HEVC) {
      return () -> configuration ? HevcConfig.parse(bytes(packet)) : null;
    }
    if (fourcc == FlvPacket.AV1) {
      return () -> configuration ? Av1Config.parse(bytes(packet)) : null;
    }
    if (fourcc == FlvPacket.VP9) {
      return () -> vp9(packet, configuration);
    }
    return null;
  }

  /** Its size stands in key frames alone. */
  private Track.@Nullable Video vp9(FlvPacket packet, boolean configuration) {
    if (configuration) {
      vp9Config = bytes(packet);
    }
    return !configuration && packet.keyFrame() && vp9Config != null
        ? Vp9Config.parse(vp9Config, packet.body())
        : null;
  }

  private void audio(int timestamp, FlvPacket packet) {
    if (packet.type() == FlvPacket.Type.OTHER || !packet.body().hasRemaining()) {
      return;
    }
    boolean coded = packet.type() == FlvPacket.Type.CODED;
    if (!isKnownAudio(packet.fourcc())) {
      drop(
          "audio codec " + name(packet.fourcc()) + " is not supported: choose AAC in your encoder");
      return;
    }
    Track.Audio next = coded ? fromFrame(packet) : fromConfiguration(packet);
    if (next != null && !next.equals(audio)) {
      audio = next;
      audioClock = new AudioClock(next);
      sink.track(next);
    }
    if (coded && audio != null && audioClock != null) {
      long millis = time(timestamp); // may begin a new clock
      int length =
          audio.codec() == Codec.OPUS ? OpusConfig.length(packet.body()) : audio.frameLength();
      sink.sample(new Sample(audio, audioClock.dts(millis, length), 0, true, packet.body()));
    }
  }

  private static boolean isKnownAudio(int fourcc) {
    return fourcc == FlvPacket.AAC
        || fourcc == FlvPacket.OPUS
        || fourcc == FlvPacket.FLAC
        || fourcc == FlvPacket.MP3
        || fourcc == FlvPacket.AC3
        || fourcc == FlvPacket.EAC3;
  }

  private static Track.@Nullable Audio fromConfiguration(FlvPacket packet) {
    int fourcc = packet.fourcc();
    if (fourcc == FlvPacket.AAC) {
      return AacConfig.parse(bytes(packet));
    }
    if (fourcc == FlvPacket.OPUS) {
      return OpusConfig.parse(bytes(packet));
    }
    return fourcc == FlvPacket.FLAC ? FlacConfig.parse(bytes(packet)) : null;
  }

  /** Some codecs configure the decoder in every frame; what changes with it is another track. */
  private Track.@Nullable Audio fromFrame(FlvPacket packet) {
    int fourcc = packet.fourcc();
    if (fourcc == FlvPacket.MP3) {
      return Mp3Config.parse(packet.body());
    }
    if (fourcc != FlvPacket.AC3 && fourcc != FlvPacket.EAC3) {
      return null;
    }
    Track.Audio told = Ac3Config.parse(packet.body());
    boolean same =
        audio != null
            && told.codec() == Codec.EAC3
            && audio.codec() == Codec.EAC3
            && told.sampleRate() == audio.sampleRate()
            && told.channels() == audio.channels()
            && told.frameLength() == audio.frameLength();
    return same ? null : told; // its configuration tells the bit rate, which is each frame's own
  }

  /** 64 bits of milliseconds; tells of a jump. */
  private long time(int timestamp) {
    if (clock.jumps(timestamp)) {
      lastVideoDts = Long.MIN_VALUE;
      if (audio != null) {
        audioClock = new AudioClock(audio);
      }
      sink.discontinuity();
    }
    return clock.unwrap(timestamp);
  }

  private void drop(String reason) {
    if (told.size() < MAX_TOLD && told.add(reason)) {
      sink.dropped(reason);
    }
  }

  private static byte[] bytes(FlvPacket packet) {
    int size = packet.body().remaining();
    if (size > MAX_CONFIGURATION) {
      throw new RtmpException("a decoder configuration of " + size + " bytes");
    }
    byte[] bytes = new byte[size];
    packet.body().duplicate().get(bytes);
    return bytes;
  }

  private static String name(int fourcc) {
    return fourcc < 16 ? Integer.toString(fourcc) : FlvPacket.printable(fourcc);
  }
}
