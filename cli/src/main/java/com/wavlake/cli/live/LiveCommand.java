package com.wavlake.cli.live;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.encoder.EncoderChild;
import com.wavlake.cli.obs.ObsCommand;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.obs.EncoderPreset;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk live}: from nothing to live, and back, in one command. */
@Command(
    name = "live",
    description = {
      "Go live: create or take a stream, wait for the encoder, publish the live event, end it on Ctrl-C.",
      "With CMD behind --, run the encoder too, without a shell: {url}, {server} and {key} in its arguments are replaced,"
          + " and WLK_RTMP_URL and WLK_STREAM_KEY stand in its environment. Arguments can be seen by other users of the"
          + " machine; the environment cannot."
    },
    footer = {
      "",
      "Example: wlk live \"Java night\"",
      "Example: wlk live \"Java night\" -- ffmpeg -re -i talk.mp4 -c copy -f flv {url}"
    })
public final class LiveCommand extends WlkCommand {
  @Parameters(
      paramLabel = "[TITLE|REF] [-- CMD…]",
      arity = "0..*",
      description =
          "A title for a new stream; or naddr, stream id, or current. Behind --: the encoder's command.")
  List<String> arguments = List.of();

  @Option(
      names = "--category",
      paramLabel = "WORD",
      defaultValue = "other",
      description = "Of a new stream; default ${DEFAULT-VALUE}.")
  String category = "other";

  @Option(
      names = "--summary",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Of a new stream.")
  String summary = "";

  @Option(
      names = "--no-wait",
      description = "Live as soon as the encoder is connected, before somebody can watch.")
  boolean noWait;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "720p30",
      description = "Of the OBS settings printed: 720p30, 1080p30 or 1080p60.")
  String preset = "720p30";

  @Option(
      names = "--record",
      description = "Record a new stream, where the provider leaves that to you.")
  boolean record;

  @Option(names = "--reveal", description = "Print the key in full.")
  boolean reveal;

  @Override
  public Integer call() throws InterruptedException {
    EncoderPreset chosen = ObsCommand.preset(preset);
    List<String> before = new ArrayList<>();
    List<String> command = split(before);
    if (before.size() > 1) {
      throw CliError.usage(
          "one TITLE or REF expected, found "
              + before.size()
              + ": quote the title, and put -- before the encoder's command",
          "wlk live --help");
    }
    if (!command.isEmpty()) {
      EncoderChild.requireProgram(command.getFirst()); // before anything is created or published
    }
    try (Signer signer = workspace().signer();
        ManagementClient client = workspace().client(signer)) {
      String api = workspace().learn(client).apiUrl();
      StreamDetails stream = take(client, before.isEmpty() ? null : before.getFirst());
      EncoderSettings settings = null;
      if (command.isEmpty()) {
        Optional<StreamKey> key = workspace().key(stream.streamId());
        key.map(k -> new EncoderSettings(stream.rtmpIngest(), k, chosen))
            .ifPresent(
                s -> ObsCommand.lines(s, shown(s.key())).forEach(l -> console().say("  " + l)));
        if (!reveal) {
          console().say("  " + ObsCommand.HOW_TO_SEE);
        }
      } else {
        settings =
            new EncoderSettings(
                stream.rtmpIngest(), workspace().requireKey(stream.streamId()), chosen);
      }
      try (RelayPool relays = workspace().relays(List.of());
          GoLive live = new GoLive(console(), client, signer, relays, stream, api)) {
        Interrupts.onInterrupt(live::interrupt);
        live.plan();
        if (settings == null) {
          live.run(!noWait);
        } else {
          withEncoder(live, command, settings);
        }
        if (live.wasInterrupted() && live.live().isEmpty()) {
          return ExitCode.INTERRUPTED;
        }
      }
    }
    return ExitCode.OK;
  }

  private String shown(StreamKey key) {
    return reveal ? key.reveal() : key.masked();
  }

  private void withEncoder(GoLive live, List<String> command, EncoderSettings settings)
      throws InterruptedException {
    try (EncoderChild encoder = EncoderChild.start(command, settings, globals().verbose())) {
      encoder.onExit(() ->
          live.stopBehindEncoder(
              "the encoder's command ended with exit code " + encoder.exitCode()));
      live.run(!noWait);
      if (!live.wasEndedByEncoder() || live.wasInterrupted()) {
        return;
      }
      if (live.live().isEmpty()) {
        throw new CliError(
            "encoder",
            "the encoder ended with exit code "
                + encoder.exitCode()
                + " before the stream was live:\n"
                + encoder.lastWords(),
            "-v shows all that it prints");
      }
      if (encoder.exitCode() != 0) {
        throw new CliError(
            "encoder",
            "the stream has ended because the encoder failed with exit code "
                + encoder.exitCode()
                + ":\n"
                + encoder.lastWords(),
            "-v shows all that it prints");
      }
    }
  }

  /** What stands before {@code --} goes to {@code before}, the answer is what stands behind it. */
  private List<String> split(List<String> before) {
    List<String> original = spec.commandLine().getParseResult().originalArgs();
    int dashes = original.indexOf("--");
    int behind = dashes < 0 ? 0 : original.size() - dashes - 1;
    before.addAll(arguments.subList(0, arguments.size() - behind));
    return arguments.subList(arguments.size() - behind, arguments.size());
  }

  private StreamDetails take(ManagementClient client, @Nullable String argument) {
    boolean isRef =
        argument != null
            && (Workspace.isAddress(argument)
                || argument.equals("current")
                || argument.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"));
    if (argument != null && !isRef) {
      CreatedStream created =
          client.create(
              CreateStream.titled(argument).category(category).description(summary).record(record));
      workspace().remember(created.streamId(), created.streamKey());
      return client.get(created.streamId());
    }
    if (record) {
      throw CliError.usage(
          "--record is for a new stream: this one was created with or without it",
          "wlk live \"A title\" --record");
    }
    if (argument == null && workspace().current().isEmpty()) {
      throw CliError.usage("there is no stream to take: give it a title", "wlk live \"My title\"");
    }
    StreamDetails stream = workspace().stream(client, argument == null ? "current" : argument);
    if (stream.isOver()) {
      throw new CliError(
          "conflict", "stream " + stream.streamId() + " is over", "wlk live \"A new title\"");
    }
    return stream;
  }
}
