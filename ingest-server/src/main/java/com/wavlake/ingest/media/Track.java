package com.wavlake.ingest.media;

import java.util.Arrays;
import java.util.Objects;

/**
 * One elementary stream: what it takes to decode its samples. Two tracks are equal when a decoder
 * need not be set up anew.
 */
public sealed interface Track {

  /** Video comes first where both are listed. */
  enum Kind {
    /** Pictures. */
    VIDEO,
    /** Sound. */
    AUDIO
  }

  /** Which of the two. */
  Kind kind();

  /** What its bytes are. */
  Codec codec();

  /** Ticks a second of its samples' times. */
  int timescale();

  /** RFC 6381, for instance {@code avc1.64001f}. */
  String codecString();

  /** The decoder configuration as its container box carries it. Not to be changed. */
  byte[] config();

  /** For people, for instance {@code h264 1280x720}. */
  String description();

  /** Pictures; times in 1/90,000 s. */
  record Video(Codec codec, String codecString, int width, int height, byte[] config)
      implements Track {
    /** Holds every RTMP millisecond exactly. */
    public static final int TIMESCALE = 90_000;

    @Override
    public Kind kind() {
      return Kind.VIDEO;
    }

    @Override
    public int timescale() {
      return TIMESCALE;
    }

    @Override
    public String description() {
      return codec.label() + " " + width + "x" + height;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Video other
          && codec == other.codec
          && width == other.width
          && height == other.height
          && Arrays.equals(config, other.config);
    }

    @Override
    public int hashCode() {
      return Objects.hash(codec, width, height, Arrays.hashCode(config));
    }
  }

  /** Sound; times in samples. */
  record Audio(
      Codec codec, String codecString, int sampleRate, int channels, int frameLength, byte[] config)
      implements Track {
    @Override
    public Kind kind() {
      return Kind.AUDIO;
    }

    @Override
    public int timescale() {
      return sampleRate;
    }

    @Override
    public String description() {
      return codec.label()
          + " "
          + sampleRate / 1000.0
          + " kHz "
          + (channels == 1 ? "mono" : channels == 2 ? "stereo" : channels + " channels");
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Audio other
          && codec == other.codec
          && sampleRate == other.sampleRate
          && channels == other.channels
          && frameLength == other.frameLength
          && Arrays.equals(config, other.config);
    }

    @Override
    public int hashCode() {
      return Objects.hash(codec, sampleRate, channels, frameLength, Arrays.hashCode(config));
    }
  }
}
