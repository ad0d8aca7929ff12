package com.wavlake.cli.obs;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.obs.ObsWebSocket;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code wlk obs start}. */
@Command(
    name = "start",
    description = "Start to stream in OBS, to the server that it has; returns once it streams.",
    footer = {"", "Example: wlk obs apply && wlk obs start"})
final class ObsStart extends WlkCommand {
  @Mixin ObsOptions options = new ObsOptions();

  @Override
  public Integer call() {
    try (ObsWebSocket obs = options.connect(globals())) {
      ObsStream.start(obs);
      String service = Console.plain(obs.service().toString());
      console()
          .data(
              Console.object().put("streaming", true).put("server", obs.service().server()),
              "OBS streams to " + service);
      return ExitCode.OK;
    }
  }
}
