package com.wavlake.cli.obs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.profile.Preference;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.obs.EncoderPreset;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.signer.Signer;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk obs}: what to enter in OBS, or to have entered. */
@Command(
    name = "obs",
    description = "Set up OBS, start and stop its stream.",
    subcommands = {
      ObsCommand.Show.class,
      ObsExport.class,
      ObsApply.class,
      ObsStart.class,
      ObsStop.class,
      ObsStatus.class
    },
    footer = {"", "Example: wlk obs show", "Example: wlk obs apply --preset 720p30"})
public final class ObsCommand extends Group {

  @Command(
      name = "show",
      description = "Print what to enter in OBS: server, stream key, encoder settings.",
      footer = {"", "Example: wlk obs show --preset 1080p30 --reveal"})
  public static final class Show extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "REF",
        description = "naddr, stream id, or current (default).")
    String ref = "current";

    @Option(
        names = "--preset",
        paramLabel = "NAME",
        completionCandidates = Presets.class,
        description = "720p30, 1080p30 or 1080p60; default: 'wlk config get preset', or 720p30.")
    @Nullable String preset;

    @Option(names = "--reveal", description = "Print the key in full.")
    boolean reveal;

    @Override
    public Integer call() {
      try (Signer signer = workspace().signer();
          ManagementClient client = workspace().client(signer)) {
        StreamDetails stream = workspace().stream(client, ref);
        print(
            console(),
            new EncoderSettings(
                stream.rtmpIngest(),
                workspace().requireKey(stream.streamId()),
                preset(workspace(), preset)),
            reveal);
        return ExitCode.OK;
      }
    }
  }

  /** For people who wonder about the dots. */
  public static final String HOW_TO_SEE = "The stream key in full: wlk stream key --reveal";

  /** The preset of this name; without one the profile's, or 720p30. */
  public static EncoderPreset preset(Workspace workspace, @Nullable String chosen) {
    String name =
        Optional.ofNullable(chosen)
            .or(() -> workspace.preference(Preference.PRESET))
            .orElse(EncoderPreset.P720_30.toString());
    return Stream.of(EncoderPreset.values())
        .filter(p -> p.toString().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () -> CliError.usage("--preset: '" + name + "' is not 720p30, 1080p30 or 1080p60", ""));
  }

  public static void print(Console console, EncoderSettings settings, boolean reveal) {
    String key = reveal ? settings.key().reveal() : settings.key().masked();
    ObjectNode json = Console.object().put("server", settings.server()).put("stream_key", key);
    EncoderPreset p = settings.preset();
    json.put("preset", p.toString())
        .put("width", p.width())
        .put("height", p.height())
        .put("fps", p.framesPerSecond())
        .put("video_kbps", p.videoKbps())
        .put("audio_kbps", EncoderSettings.AUDIO_KBPS)
        .put("keyframe_seconds", EncoderSettings.KEYFRAME_SECONDS);
    json.put("masked", !reveal);
    console.data(json, () -> lines(settings, key).forEach(console::line));
    if (!reveal) {
      console.say(HOW_TO_SEE);
    }
  }

  public static Stream<String> lines(EncoderSettings settings, String key) {
    Stream<String> labels =
        settings.labels().entrySet().stream()
            .flatMap((Map.Entry<String, String> e) -> {
              String line = String.format("%-18s %s", e.getKey(), e.getValue());
              return e.getKey().equals("Server")
                  ? Stream.of(line, String.format("%-18s %s", "Stream Key", key))
                  : Stream.of(line);
            });
    return Stream.concat(labels, Stream.of(EncoderSettings.REASON));
  }
}
