package com.wavlake.live.obs;

import com.wavlake.live.api.StreamKey;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What to enter in OBS, in its own words.
 *
 * @param server the field "Server"
 * @param key the field "Stream Key"
 * @param preset sizes and rates
 */
public record EncoderSettings(String server, StreamKey key, EncoderPreset preset) {
  /** Two seconds: a segment begins with a key frame. */
  public static final int KEYFRAME_SECONDS = 2;

  /** Enough for music. */
  public static final int AUDIO_KBPS = 160;

  /** Why the mode matters. */
  public static final String REASON =
      "Use Output Mode: Advanced. In Simple mode OBS leaves key frames 250 frames apart, and viewers would wait for 8 s.";

  /** Under which label of OBS's settings stands which value; the key is not among them. */
  public Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("Service", "Custom…");
    labels.put("Server", server);
    labels.putAll(preset.labels());
    return labels;
  }

  /** Server and key as one URL, for encoders that take one. It holds the key. */
  public String url() {
    return server + "/" + key.reveal();
  }
}
