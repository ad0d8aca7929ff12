package com.wavlake.cli.obs;

import com.wavlake.cli.shell.CliError;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.obs.ObsWebSocket;

/** OBS's stream set, started and stopped, with what goes wrong said as a person can use it. */
final class ObsStream {
  private static final String STOP_FIRST = "stop it in OBS, or with: wlk obs stop";

  private ObsStream() {}

  static void apply(ObsWebSocket obs, EncoderSettings settings) {
    try {
      obs.apply(settings);
    } catch (LiveException e) {
      throw e.category() == Category.CONFLICT ? streams(obs) : e;
    }
  }

  static void requireIdle(ObsWebSocket obs) {
    if (obs.status().active()) {
      throw streams(obs);
    }
  }

  static void start(ObsWebSocket obs) {
    requireIdle(obs); // it would otherwise say no more than 500
    try {
      obs.startStream();
    } catch (LiveException e) {
      throw switch (e.category()) {
        case CONFLICT -> streams(obs);
        case REFUSED ->
            new CliError(
                "obs_refused",
                "OBS could not start to stream to " + obs.service(),
                "are server and key right? wlk obs apply sets them; OBS's own words: Help → Log Files");
        default -> e;
      };
    }
  }

  static void stop(ObsWebSocket obs) {
    try {
      obs.stopStream();
    } catch (LiveException e) {
      throw e.category() == Category.CONFLICT
          ? new CliError("obs_idle", "OBS does not stream", "wlk obs status")
          : e;
    }
  }

  private static CliError streams(ObsWebSocket obs) {
    return new CliError("obs_streaming", "OBS streams already, to " + obs.service(), STOP_FIRST);
  }
}
