package com.wavlake.live.obs;

import java.util.LinkedHashMap;
import java.util.Map;

/** Encoder settings that suit a kind of stream. */
public enum EncoderPreset {
  /** 1280x720, 30 pictures a second. */
  P720_30(1280, 720, 30, 3000),
  /** 1920x1080, 30 pictures a second. */
  P1080_30(1920, 1080, 30, 4500),
  /** 1920x1080, 60 pictures a second. */
  P1080_60(1920, 1080, 60, 6000);

  private final int width;
  private final int height;
  private final int framesPerSecond;
  private final int videoKbps;

  EncoderPreset(int width, int height, int framesPerSecond, int videoKbps) {
    this.width = width;
    this.height = height;
    this.framesPerSecond = framesPerSecond;
    this.videoKbps = videoKbps;
  }

  /** In pixels. */
  public int width() {
    return width;
  }

  /** In pixels. */
  public int height() {
    return height;
  }

  /** Pictures a second. */
  public int framesPerSecond() {
    return framesPerSecond;
  }

  /** In kbit/s. */
  public int videoKbps() {
    return videoKbps;
  }

  /** Under which label of OBS's settings stands which value. */
  public Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("Output Mode", "Advanced");
    labels.put("Video Encoder", "x264");
    labels.put("Rate Control", "CBR");
    labels.put("Bitrate", videoKbps + " Kbps");
    labels.put("Keyframe Interval", EncoderSettings.KEYFRAME_SECONDS + " s");
    labels.put("CPU Usage Preset", "veryfast");
    labels.put("Profile", "high");
    labels.put("Resolution", width + "x" + height);
    labels.put("FPS", Integer.toString(framesPerSecond));
    labels.put("Audio", "AAC " + EncoderSettings.AUDIO_KBPS + " Kbps, 48 kHz, Stereo");
    return labels;
  }

  /** As people write it: {@code 720p30}. */
  @Override
  public String toString() {
    return height + "p" + framesPerSecond;
  }
}
