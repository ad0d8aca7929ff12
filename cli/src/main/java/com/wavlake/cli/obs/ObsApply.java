package com.wavlake.cli.obs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.obs.EncoderPreset;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.obs.ObsOutput;
import com.wavlake.live.obs.ObsWebSocket;
import com.wavlake.live.signer.Signer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk obs apply}: settings set in a running OBS. */
@Command(
    name = "apply",
    description = {
      "Set server and stream key in a running OBS, in its present profile; with --preset its encoder too.",
      "In OBS's Output Mode: Simple (what it starts with) and with x264 all of a preset can be set: key frames every 2 s by"
          + " x264's options. In Advanced mode the encoder's settings cannot be reached from outside: what is left to you"
          + " is printed, and 'wlk obs export' writes a whole profile. The canvas stays, the picture is scaled."
    },
    footer = {"", "Example: wlk obs apply --preset 1080p30"})
final class ObsApply extends WlkCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "REF",
      description = "naddr, stream id, or current (default).")
  String ref = "current";

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      completionCandidates = Presets.class,
      description = "Encoder settings too: 720p30, 1080p30 or 1080p60; default: leave them.")
  @Nullable String preset;

  @Mixin ObsOptions options = new ObsOptions();

  @Override
  public Integer call() {
    Optional<EncoderPreset> chosen =
        Optional.ofNullable(preset).map(name -> ObsCommand.preset(workspace(), name));
    EncoderSettings settings = settings(chosen.orElse(EncoderPreset.P720_30));
    Map<String, String> set = new LinkedHashMap<>();
    Map<String, String> left = new LinkedHashMap<>();
    try (ObsWebSocket obs = options.connect(globals())) {
      ObsStream.apply(obs, settings);
      set.put("Server", settings.server());
      set.put("Stream Key", settings.key().masked());
      chosen.ifPresent(p -> {
        ObsOutput.Outcome outcome = ObsOutput.apply(obs, p);
        set.putAll(outcome.set());
        left.putAll(outcome.left());
      });
      print(obs.version(), set, left);
    }
    if (!left.isEmpty()) {
      console()
          .warn(
              "obs-websocket cannot set what is left: enter it in OBS, Settings → Output and Video,"
                  + " or import a profile: wlk obs export DIR");
    } else if (chosen.isEmpty()) {
      console().say("Encoder settings are as they were; --preset 720p30 sets them too.");
    }
    return ExitCode.OK;
  }

  private EncoderSettings settings(EncoderPreset preset) {
    try (Signer signer = workspace().signer();
        ManagementClient client = workspace().client(signer)) {
      StreamDetails stream = workspace().stream(client, ref);
      return new EncoderSettings(
          stream.rtmpIngest(), workspace().requireKey(stream.streamId()), preset);
    }
  }

  private void print(String version, Map<String, String> set, Map<String, String> left) {
    ObjectNode json = Console.object().put("obs_version", version);
    ObjectNode ours = json.putObject("set");
    set.forEach(ours::put);
    ObjectNode theirs = json.putObject("left");
    left.forEach(theirs::put);
    console()
        .data(
            json,
            () -> {
              set.forEach((label, value) -> line("set", label, value));
              left.forEach((label, value) -> line("left", label, value));
            });
  }

  private void line(String what, String label, String value) {
    console().line(String.format("%-5s %-18s %s", what, label, Console.plain(value)));
  }
}
