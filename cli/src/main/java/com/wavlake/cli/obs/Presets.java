package com.wavlake.cli.obs;

import com.wavlake.live.obs.EncoderPreset;
import java.util.ArrayList;

/** The names of the presets, for shells that complete them. */
public final class Presets extends ArrayList<String> {
  private static final long serialVersionUID = 1L;

  public Presets() {
    for (EncoderPreset preset : EncoderPreset.values()) {
      add(preset.toString());
    }
  }
}
