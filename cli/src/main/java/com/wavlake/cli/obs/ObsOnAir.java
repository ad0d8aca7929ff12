package com.wavlake.cli.obs;

import com.wavlake.cli.command.Root;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.obs.ObsWebSocket;
import com.wavlake.live.obs.ObsWebSocket.OutputState;
import java.util.function.Consumer;

/**
 * OBS as the encoder of a stream: it starts when the stream is planned, and stops when the stream
 * has ended, or the other way round.
 */
public final class ObsOnAir implements AutoCloseable {
  private final Console console;
  private final ObsWebSocket obs;
  private volatile boolean isStarted;
  private volatile boolean isLost;

  private ObsOnAir(Console console, ObsWebSocket obs) {
    this.console = console;
    this.obs = obs;
  }

  /** Connects to an OBS that does not stream; nothing has been created or published yet. */
  public static ObsOnAir connect(ObsOptions options, Root globals) {
    ObsWebSocket obs = options.connect(globals);
    try {
      ObsStream.requireIdle(obs);
    } catch (RuntimeException e) {
      obs.close();
      throw e;
    }
    return new ObsOnAir(globals.console(), obs);
  }

  /**
   * Gives OBS server and key, and returns once it streams.
   *
   * @param onStopped hears the reason when somebody stops the stream in OBS, on another thread. An
   *     OBS that crashes has stopped nothing: it is an encoder that may come back
   */
  public void start(EncoderSettings settings, Consumer<String> onStopped) {
    ObsStream.apply(obs, settings);
    isStarted = true; // a start whose answer is late is to be stopped too
    ObsStream.start(obs);
    obs.onState(state -> {
      if (state == OutputState.STOPPED && isStarted) {
        isStarted = false;
        tell("stopped", "obs       has stopped to stream");
        onStopped.accept("OBS has stopped to stream");
      }
    });
    obs.onLost(_ -> {
      isLost = true;
      tell(
          "lost",
          Console.yellow("warning: ")
              + "OBS is gone, or has turned its websocket server off; what it sends is waited for");
    });
    String version = obs.version();
    console.event(
        "obs",
        Console.object().put("state", "streaming").put("obs_version", version),
        "obs       " + Console.plain(version) + " streams");
    if (!obs.status().active() && isStarted) { // before anybody listened
      isStarted = false;
      onStopped.accept("OBS has stopped to stream");
    }
  }

  private void tell(String state, String words) {
    console.event("obs", Console.object().put("state", state), words);
  }

  /** Stops what {@link #start} started, if it still streams and can be reached; does not fail. */
  public void stop() {
    boolean was = isStarted;
    isStarted = false;
    if (!was || isLost) {
      return;
    }
    try {
      if (obs.status().active()) {
        obs.stopStream();
      }
    } catch (LiveException e) {
      console.warn("OBS may still stream: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    stop();
    obs.close();
  }
}
