package com.wavlake.cli.obs;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.obs.ObsWebSocket;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code wlk obs stop}. */
@Command(
    name = "stop",
    description = "Stop to stream in OBS; returns once it has stopped.",
    footer = {"", "Example: wlk obs stop"})
final class ObsStop extends WlkCommand {
  @Mixin ObsOptions options = new ObsOptions();

  @Override
  public Integer call() {
    try (ObsWebSocket obs = options.connect(globals())) {
      ObsStream.stop(obs);
      console().data(Console.object().put("streaming", false), "OBS has stopped to stream");
      return ExitCode.OK;
    }
  }
}
