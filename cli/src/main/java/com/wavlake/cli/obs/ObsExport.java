package com.wavlake.cli.obs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.obs.EncoderPreset;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.obs.ObsProfile;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk obs export}: a profile to import. */
@Command(
    name = "export",
    description = {
      "Write a profile for OBS into the folder DIR: server, stream key, encoder settings.",
      "In OBS: Profile → Import, choose DIR; then Profile → its name. Whoever can read DIR has the stream key: it is"
          + " made for your eyes alone, and can go once it is imported."
    },
    footer = {"", "Example: wlk obs export ~/wlk-720p30 --preset 720p30"})
final class ObsExport extends WlkCommand {
  @Parameters(
      index = "0",
      paramLabel = "DIR",
      description = "The folder; made when it is not there.")
  @Nullable Path directory;

  @Parameters(
      index = "1",
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

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The profile's name in OBS; default: wlk and the preset.")
  @Nullable String name;

  @Override
  public Integer call() throws IOException {
    EncoderPreset chosen = ObsCommand.preset(workspace(), preset);
    String called = name == null ? "wlk " + chosen : name;
    if (directory == null) {
      throw CliError.usage("DIR is missing", "wlk obs export --help");
    }
    Path folder = directory.toAbsolutePath().normalize();
    try (Signer signer = workspace().signer();
        ManagementClient client = workspace().client(signer)) {
      StreamDetails stream = workspace().stream(client, ref);
      ObsProfile profile =
          profile(
              called,
              new EncoderSettings(
                  stream.rtmpIngest(), workspace().requireKey(stream.streamId()), chosen));
      refuseToOverwrite(folder, profile);
      profile.writeTo(folder);
      ObjectNode json =
          Console.object()
              .put("directory", folder.toString())
              .put("name", called)
              .put("preset", chosen.toString())
              .put("stream_id", stream.streamId());
      profile.files().keySet().forEach(json.putArray("files")::add);
      console().data(json, folder.toString());
      console().say("In OBS: Profile → Import, choose this folder; then Profile → " + called);
      console().say("It holds the stream key: remove it once it is imported.");
      return ExitCode.OK;
    }
  }

  private static ObsProfile profile(String name, EncoderSettings settings) {
    try {
      return ObsProfile.of(name, settings);
    } catch (InvalidEvent e) {
      throw CliError.usage("--name: " + e.getMessage(), "");
    }
  }

  private void refuseToOverwrite(Path folder, ObsProfile profile) {
    if (!globals().yes()
        && profile.files().keySet().stream().anyMatch(f -> Files.exists(folder.resolve(f)))) {
      throw new CliError(
          "profile_exists",
          folder + " has a profile already",
          "another folder, or -y to replace it");
    }
  }
}
