package com.wavlake.cli.live;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.encoder.EncoderChild;
import com.wavlake.cli.obs.ObsCommand;
import com.wavlake.cli.obs.ObsOnAir;
import com.wavlake.cli.obs.ObsOptions;
import com.wavlake.cli.obs.Presets;
import com.wavlake.cli.profile.Preference;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.obs.EncoderPreset;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      description = "Of a new stream; default: 'wlk config get category', or other.")
  @Nullable String category;

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
      completionCandidates = Presets.class,
      description =
          "Of the OBS settings: 720p30, 1080p30 or 1080p60; default: 'wlk config get preset', or 720p30.")
  @Nullable String preset;

  @Option(
      names = "--record",
      description = "Record a new stream, where the provider leaves that to you.")
  boolean record;

  @Option(
      names = "--announce",
      paramLabel = "HLS-URL",
      description = "Announce a stream that is at this URL already, with no provider at all.")
  @Nullable String announce;

  @Option(names = "--reveal", description = "Print the key in full.")
  boolean reveal;

  @Option(
      names = "--obs",
      description =
          "Give a running OBS server and key, start its stream, and stop it at the end. Stop pressed in OBS ends"
              + " the stream; an OBS that crashes has the provider's grace to come back.")
  boolean obs;

  @Mixin ObsOptions obsOptions = new ObsOptions();

  @Override
  public Integer call() throws InterruptedException {
    List<String> before = new ArrayList<>();
    List<String> command = split(before);
    if (before.size() > 1) {
      throw CliError.usage(
          "one TITLE or REF expected, found "
              + before.size()
              + ": quote the title, and put -- before the encoder's command",
          "wlk live --help");
    }
    if (obs && !command.isEmpty()) {
      throw CliError.usage("--obs and an encoder's command behind --: one of them", "");
    }
    if (!command.isEmpty()) {
      EncoderChild.requireProgram(command.getFirst()); // before anything is created or published
    }
    Optional<String> argument = before.stream().findFirst();
    if (!obs && obsOptions.areGiven()) {
      throw CliError.usage("--obs-url and --obs-password-file go with --obs", "");
    }
    if (announce == null) {
      return withProvider(argument, command);
    }
    if (record || noWait || obs || reveal || preset != null) {
      throw CliError.usage(
          "--record, --no-wait, --obs, --preset and --reveal need a provider: not with --announce",
          "");
    }
    return new Announcement(announce, argument, summary, Optional.ofNullable(category), command)
        .run(this);
  }

  private int withProvider(Optional<String> argument, List<String> command)
      throws InterruptedException {
    EncoderPreset chosen = ObsCommand.preset(workspace(), preset);
    try (Signer signer = workspace().signer();
        ManagementClient client = workspace().client(signer);
        ObsOnAir onAir = obs ? ObsOnAir.connect(obsOptions, globals()) : null) {
      ProviderInfo provider = workspace().learn(client);
      StreamDetails stream = take(client, argument);
      boolean byHand = command.isEmpty() && onAir == null;
      if (byHand) {
        showSettings(stream, chosen);
      } else {
        var _ = workspace().requireKey(stream.streamId()); // before anything is published
      }
      try (RelayPool relays = workspace().relays(List.of());
          GoLive live = new GoLive(console(), client, signer, relays, stream, provider)) {
        Interrupts.onInterrupt(() -> {
          try {
            if (onAir != null) {
              onAir.stop(); // before the provider hangs up, and OBS would call it a fault
            }
          } finally {
            live.interrupt();
          }
        });
        live.plan();
        if (byHand || live.wasInterrupted()) {
          live.run(!noWait);
        } else {
          StreamKey key = workspace().requireKey(stream.streamId());
          EncoderSettings settings = new EncoderSettings(stream.rtmpIngest(), key, chosen);
          if (onAir != null) {
            withObs(live, onAir, settings);
          } else {
            withEncoder(live, command, settings);
          }
        }
        return live.wasInterrupted() && live.live().isEmpty() ? ExitCode.INTERRUPTED : ExitCode.OK;
      }
    }
  }

  private void showSettings(StreamDetails stream, EncoderPreset chosen) {
    workspace()
        .key(stream.streamId())
        .map(k -> new EncoderSettings(stream.rtmpIngest(), k, chosen))
        .ifPresent(s -> ObsCommand.lines(s, shown(s.key())).forEach(l -> console().say("  " + l)));
    if (!reveal) {
      console().say("  " + ObsCommand.HOW_TO_SEE);
    }
  }

  private String shown(StreamKey key) {
    return reveal ? key.reveal() : key.masked();
  }

  private void withObs(GoLive live, ObsOnAir onAir, EncoderSettings settings)
      throws InterruptedException {
    onAir.start(settings, live::stopBehindEncoder);
    live.run(!noWait);
    if (live.wasEndedByEncoder() && !live.wasInterrupted() && live.live().isEmpty()) {
      throw new CliError(
          "encoder",
          "OBS stopped to stream before the stream was live",
          "OBS's own words: Help → Log Files; wlk obs status");
    }
  }

  private void withEncoder(GoLive live, List<String> command, EncoderSettings settings)
      throws InterruptedException {
    try (EncoderChild encoder =
        EncoderChild.start(command, Optional.of(settings), globals().verbose())) {
      encoder.onExit(() ->
          live.stopBehindEncoder(
              "the encoder's command ended with exit code " + encoder.exitCode()));
      live.run(!noWait);
      if (!live.wasEndedByEncoder() || live.wasInterrupted()) {
        return;
      }
      if (live.live().isEmpty()) {
        throw encoder.failure("the encoder ended before the stream was live");
      }
      if (encoder.exitCode() != 0) {
        throw encoder.failure("the stream has ended because the encoder failed");
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

  static boolean isRef(String argument) {
    return Workspace.isAddress(argument)
        || argument.equals("current")
        || argument.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
        || argument.matches("stream-[0-9]+-[0-9a-f]{8}");
  }

  /** 'current' is the new one from now on: whoever has one on air should know. */
  private void warnOfAnother(ManagementClient client) {
    Optional<String> before = workspace().current();
    try {
      before
          .map(client::get)
          .filter(s -> s.status().equals("live") || s.status().equals("reconnecting"))
          .ifPresent(s ->
              console()
                  .warn(
                      "\""
                          + Console.plain(s.title())
                          + "\" ("
                          + s.streamId()
                          + ") is live too; 'current' is the new stream from now on"));
    } catch (LiveException e) {
      // it is gone, or another provider's: nothing to warn of
    }
  }

  private StreamDetails take(ManagementClient client, Optional<String> argument) {
    if (argument.isPresent() && !isRef(argument.get())) {
      String topic =
          Optional.ofNullable(category)
              .or(() -> workspace().preference(Preference.CATEGORY))
              .orElse("other");
      warnOfAnother(client);
      CreatedStream created =
          client.create(
              CreateStream.titled(argument.get())
                  .category(topic)
                  .description(summary)
                  .record(record));
      workspace().remember(created.streamId(), created.streamKey());
      return client.get(created.streamId());
    }
    if (record || category != null || !summary.isEmpty()) {
      throw CliError.usage(
          "--record, --category and --summary are for a new stream",
          "wlk stream edit changes what is said of one there is");
    }
    if (argument.isEmpty() && workspace().current().isEmpty()) {
      throw CliError.usage("there is no stream to take: give it a title", "wlk live \"My title\"");
    }
    StreamDetails stream = workspace().stream(client, argument.orElse("current"));
    if (stream.isOver()) {
      throw new CliError(
          "conflict", "stream " + stream.streamId() + " is over", "wlk live \"A new title\"");
    }
    if (stream.connectionState().equals("connected")) {
      console()
          .warn(
              "an encoder is connected to this stream already, from another terminal perhaps: a new"
                  + " one takes its place");
    }
    return stream;
  }
}
