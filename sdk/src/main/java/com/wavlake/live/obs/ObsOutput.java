package com.wavlake.live.obs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The encoder and video settings of a running OBS, as far as obs-websocket reaches: seen with OBS
 * 29.0.2. In Simple mode with x264 all that matters takes effect when the next stream starts; key
 * frames are set by the encoder's own options. In Advanced mode the encoder's settings are in a
 * file that no request changes, and a change of mode waits for the next start of OBS or change of
 * profile: neither is tried.
 */
public final class ObsOutput {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SIMPLE = "SimpleOutput";
  private static final String ADVANCED = "AdvOut";
  private static final String X264 = "x264";

  private final ObsWebSocket obs;
  private final EncoderPreset preset;
  private final Map<String, String> set = new LinkedHashMap<>();
  private final Map<String, String> left = new LinkedHashMap<>();

  /**
   * What has become of a preset.
   *
   * @param set what OBS has now, by its own labels
   * @param left what its user has to enter, by label
   */
  public record Outcome(Map<String, String> set, Map<String, String> left) {}

  private ObsOutput(ObsWebSocket obs, EncoderPreset preset) {
    this.obs = obs;
    this.preset = preset;
  }

  /**
   * Sets what can be set. The canvas stays as it is: scenes are drawn on it.
   *
   * @throws LiveException UNREACHABLE or TIMED_OUT
   */
  public static Outcome apply(ObsWebSocket obs, EncoderPreset preset) {
    ObsOutput output = new ObsOutput(obs, preset);
    double framesPerSecond = output.video();
    if (obs.parameter("Output", "Mode").equals("Advanced")) {
      output.advanced();
    } else {
      output.simple(framesPerSecond);
    }
    return new Outcome(output.set, output.left);
  }

  /** Size and rate; the answer is the rate in force. */
  private double video() {
    JsonNode now = obs.video();
    String size = preset.width() + "x" + preset.height();
    String rate = Integer.toString(preset.framesPerSecond());
    ObjectNode wanted =
        JSON.createObjectNode()
            .put("fpsNumerator", preset.framesPerSecond())
            .put("fpsDenominator", 1);
    int base = now.path("baseWidth").asInt();
    int height = now.path("baseHeight").asInt();
    boolean sameShape = base * preset.height() == height * preset.width();
    if (sameShape) {
      wanted.put("outputWidth", preset.width()).put("outputHeight", preset.height());
    } else {
      left.put("Resolution", size + ": the canvas, " + base + "x" + height + ", has another shape");
    }
    try {
      if (!wanted.properties().stream().allMatch(e -> e.getValue().equals(now.get(e.getKey())))) {
        obs.video(wanted); // it draws all anew: not for nothing
      }
    } catch (LiveException e) {
      if (e.category() != Category.CONFLICT) {
        throw e;
      }
      left.put("Resolution", size + ": not while OBS records or is a virtual camera");
      left.put("FPS", rate);
      return now.path("fpsNumerator").asDouble() / now.path("fpsDenominator").asDouble(1);
    }
    if (sameShape) {
      set.put("Resolution", size);
    }
    set.put("FPS", rate);
    return preset.framesPerSecond();
  }

  private void simple(double framesPerSecond) {
    obs.parameter(SIMPLE, "VBitrate", Integer.toString(preset.videoKbps()));
    obs.parameter(SIMPLE, "ABitrate", Integer.toString(EncoderSettings.AUDIO_KBPS));
    set.put("Bitrate", label("Bitrate"));
    set.put("Audio", "AAC " + EncoderSettings.AUDIO_KBPS + " Kbps");
    if (!obs.parameter(SIMPLE, "StreamEncoder").equals(X264)) { // it changes with a restart only
      left.put("Video Encoder", X264);
      left.put("Keyframe Interval", label("Keyframe Interval"));
      return;
    }
    long frames = Math.round(framesPerSecond * EncoderSettings.KEYFRAME_SECONDS);
    String others =
        Stream.of(obs.parameter(SIMPLE, "x264Settings").split(" "))
            .filter(o -> !o.isBlank() && !o.matches("(keyint|scenecut)=.*"))
            .map(o -> o + " ")
            .collect(Collectors.joining());
    obs.parameter(SIMPLE, "UseAdvanced", "true");
    obs.parameter(SIMPLE, "Preset", label("CPU Usage Preset"));
    obs.parameter(SIMPLE, "x264Settings", others + "keyint=" + frames + " scenecut=0");
    set.put("Video Encoder", X264);
    set.put("CPU Usage Preset", label("CPU Usage Preset"));
    set.put("Keyframe Interval", label("Keyframe Interval"));
  }

  private void advanced() {
    obs.parameter(ADVANCED, "TrackIndex", "1");
    obs.parameter(ADVANCED, "Track1Bitrate", Integer.toString(EncoderSettings.AUDIO_KBPS));
    set.put("Audio", "AAC " + EncoderSettings.AUDIO_KBPS + " Kbps");
    Stream.of(
            "Video Encoder",
            "Rate Control",
            "Bitrate",
            "Keyframe Interval",
            "CPU Usage Preset",
            "Profile")
        .forEach(label -> left.put(label, label(label)));
  }

  private String label(String name) {
    return preset.labels().getOrDefault(name, "");
  }
}
