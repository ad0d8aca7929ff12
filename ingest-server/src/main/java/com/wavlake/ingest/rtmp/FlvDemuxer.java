package com.wavlake.ingest.rtmp;

import com.wavlake.ingest.amf.AmfValue;
import com.wavlake.ingest.codec.AacConfig;
import com.wavlake.ingest.codec.AvcConfig;
import com.wavlake.ingest.codec.CodecException;
import com.wavlake.ingest.media.MediaSink;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * FLV tag bodies (Adobe FLV 10.1, annex E.4) to tracks and samples. A codec that is not known here
 * drops that track, not the stream. For one thread.
 */
final class FlvDemuxer {
  private static final int VIDEO_AVC = 7;
  private static final int AUDIO_AAC = 10;
  private static final int EX_HEADER = 0x80;
  private static final int AUDIO_EX_HEADER = 9;
  private static final int SEQUENCE_HEADER = 0;
  private static final int CODED_DATA = 1;
  private static final int KEY_FRAME = 1;
  private static final int INFO_FRAME = 5;

  private final MediaSink sink;
  private final TagClock clock = new TagClock();
  private final Set<String> told = new HashSet<>();
  private Track.@Nullable Video video;
  private Track.@Nullable Audio audio;
  private @Nullable AudioClock audioClock;
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

  void video(int timestamp, ByteBuffer tag) {
    if (!tag.hasRemaining()) {
      return;
    }
    int first = tag.get() & 0xff;
    if ((first & EX_HEADER) != 0) {
      byte[] fourcc = new byte[Math.min(4, tag.remaining())];
      tag.get(fourcc);
      drop(
          "video codec "
              + printable(fourcc)
              + " is not supported yet: choose H.264 (x264) in your encoder");
      return;
    }
    int frameType = first >> 4;
    if ((first & 0x0f) != VIDEO_AVC) {
      drop(
          "video codec "
              + (first & 0x0f)
              + " is not supported: choose H.264 (x264) in your encoder");
      return;
    }
    if (frameType == INFO_FRAME || tag.remaining() < 4) {
      return;
    }
    int packet = tag.get();
    int composition =
        (tag.get() << 16) | (tag.get() & 0xff) << 8 | tag.get() & 0xff; // signed, 24 bit
    if (packet == SEQUENCE_HEADER) {
      Track.Video next = configure(tag, AvcConfig::parse);
      if (next != null && !next.equals(video)) {
        video = next;
        sink.track(next);
      }
    } else if (packet == CODED_DATA && video != null && tag.hasRemaining()) {
      long millis = time(timestamp);
      int ticks = Track.Video.TIMESCALE / 1000;
      long dts = Math.max(millis * ticks, lastVideoDts + 1);
      lastVideoDts = dts;
      sink.sample(new Sample(video, dts, composition * ticks, frameType == KEY_FRAME, tag));
    }
  }

  void audio(int timestamp, ByteBuffer tag) {
    if (!tag.hasRemaining()) {
      return;
    }
    int format = tag.get() >> 4 & 0x0f;
    if (format != AUDIO_AAC) {
      String name = format == AUDIO_EX_HEADER ? "of enhanced RTMP" : Integer.toString(format);
      drop("audio codec " + name + " is not supported yet: choose AAC in your encoder");
      return;
    }
    if (!tag.hasRemaining()) {
      return;
    }
    int packet = tag.get();
    if (packet == SEQUENCE_HEADER) {
      Track.Audio next = configure(tag, AacConfig::parse);
      if (next != null && !next.equals(audio)) {
        audio = next;
        audioClock = new AudioClock(next);
        sink.track(next);
      }
    } else if (packet == CODED_DATA && audio != null && audioClock != null && tag.hasRemaining()) {
      long millis = time(timestamp); // may begin a new clock
      sink.sample(new Sample(audio, audioClock.dts(millis), 0, true, tag));
    }
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

  private <T> @Nullable T configure(ByteBuffer tag, Function<byte[], T> parser) {
    byte[] config = new byte[tag.remaining()];
    tag.get(config);
    try {
      return config.length == 0 ? null : parser.apply(config);
    } catch (CodecException e) {
      drop(e.getMessage() == null ? "configuration cannot be read" : e.getMessage());
      return null;
    }
  }

  private void drop(String reason) {
    if (told.size() < 16 && told.add(reason)) {
      sink.dropped(reason);
    }
  }

  private static String printable(byte[] fourcc) {
    StringBuilder out = new StringBuilder();
    for (byte b : fourcc) {
      out.append(b > 0x20 && b < 0x7f ? (char) b : '?');
    }
    return out.toString();
  }
}
