package com.wavlake.cli.live;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.encoder.EncoderChild;
import com.wavlake.cli.obs.ObsCommand;
import com.wavlake.cli.profile.Preference;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.obs.EncoderPreset;
import com.wavlake.live.obs.EncoderSettings;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Instant;
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
    if (!command.isEmpty()) {
      EncoderChild.requireProgram(command.getFirst()); // before anything is created or published
    }
    Optional<String> argument = before.stream().findFirst();
    return announce == null
        ? withProvider(argument, command)
        : announced(announce, argument, command);
  }

  private int withProvider(Optional<String> argument, List<String> command)
      throws InterruptedException {
    EncoderPreset chosen = ObsCommand.preset(workspace(), preset);
    try (Signer signer = workspace().signer();
        ManagementClient client = workspace().client(signer)) {
      String api = workspace().learn(client).apiUrl();
      StreamDetails stream = take(client, argument);
      Optional<EncoderSettings> settings =
          command.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new EncoderSettings(
                      stream.rtmpIngest(), workspace().requireKey(stream.streamId()), chosen));
      if (command.isEmpty()) {
        showSettings(stream, chosen);
      }
      try (RelayPool relays = workspace().relays(List.of());
          GoLive live = new GoLive(console(), client, signer, relays, stream, api)) {
        Interrupts.onInterrupt(live::interrupt);
        live.plan();
        if (settings.isEmpty()) {
          live.run(!noWait);
        } else {
          withEncoder(live, command, settings.get());
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

  private int announced(String url, Optional<String> argument, List<String> command) {
    if (record || noWait) {
      throw CliError.usage("--record and --no-wait need a provider: not with --announce", "");
    }
    requireNoPlaceholders(command);
    try (Signer signer = workspace().signer();
        RelayPool relays = workspace().relays(List.of())) {
      LiveStream stream = announcement(url, argument, relays, signer);
      EventAddress address = stream.addressBy(signer.publicKey());
      workspace().remember(address.identifier(), Optional.empty());
      LastWill will = workspace().wills().of(address, relays.urls());
      try (Announce live = new Announce(console(), stream, will, relays, signer)) {
        Interrupts.onInterrupt(() -> live.stop("interrupted by the streamer"));
        if (command.isEmpty()) {
          live.run();
          return ExitCode.OK;
        }
        try (EncoderChild child =
            EncoderChild.start(command, Optional.empty(), globals().verbose())) {
          child.onExit(
              () -> live.stop("the encoder's command ended with exit code " + child.exitCode()));
          live.run();
          if (!child.isAlive() && child.exitCode() != 0) {
            throw failedEncoder("the stream has ended because the encoder failed", child);
          }
        }
      }
    }
    return ExitCode.OK;
  }

  /** A new one by its title; or one's own of before, which goes live again with another URL. */
  private LiveStream announcement(
      String url, Optional<String> argument, RelayPool relays, Signer signer) {
    if (argument.isPresent() && isRef(argument.get())) {
      EventAddress address = workspace().address(argument.get());
      return relays
          .newest(address, globals().timeout())
          .map(event -> LiveStream.parse(event).toBuilder().streaming(url).build())
          .orElseThrow(() ->
              new CliError(
                  "not_found", "no relay has " + argument.get(), "wlk live TITLE --announce URL"));
    }
    if (argument.isEmpty()) {
      throw CliError.usage(
          "what is announced needs a title", "wlk live \"My title\" --announce " + url);
    }
    LiveStream draft =
        StreamDraft.announcing(
            argument.get(), url, relays.urls(), signer.publicKey(), Instant.now());
    LiveStream.Builder edit = draft.toBuilder();
    if (!summary.isEmpty()) {
      edit.description(summary);
    }
    if (category != null) {
      edit.hashtags(List.of(category, "live"));
    }
    return edit.build();
  }

  private static void requireNoPlaceholders(List<String> command) {
    command.stream()
        .filter(a -> a.contains("{url}") || a.contains("{server}") || a.contains("{key}"))
        .findFirst()
        .ifPresent(a -> {
          throw CliError.usage(
              "'" + a + "': without a provider there is nothing to put in its place",
              "write the encoder's own target");
        });
  }

  private String shown(StreamKey key) {
    return reveal ? key.reveal() : key.masked();
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
        throw failedEncoder("the encoder ended before the stream was live", encoder);
      }
      if (encoder.exitCode() != 0) {
        throw failedEncoder("the stream has ended because the encoder failed", encoder);
      }
    }
  }

  private static CliError failedEncoder(String what, EncoderChild encoder) {
    return new CliError(
        "encoder",
        what + ", with exit code " + encoder.exitCode() + ":\n" + encoder.lastWords(),
        "-v shows all that it prints");
  }

  /** What stands before {@code --} goes to {@code before}, the answer is what stands behind it. */
  private List<String> split(List<String> before) {
    List<String> original = spec.commandLine().getParseResult().originalArgs();
    int dashes = original.indexOf("--");
    int behind = dashes < 0 ? 0 : original.size() - dashes - 1;
    before.addAll(arguments.subList(0, arguments.size() - behind));
    return arguments.subList(arguments.size() - behind, arguments.size());
  }

  private static boolean isRef(String argument) {
    return Workspace.isAddress(argument)
        || argument.equals("current")
        || argument.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
        || argument.matches("stream-[0-9]+-[0-9a-f]{8}");
  }

  private StreamDetails take(ManagementClient client, Optional<String> argument) {
    if (argument.isPresent() && !isRef(argument.get())) {
      String topic =
          Optional.ofNullable(category)
              .or(() -> workspace().preference(Preference.CATEGORY))
              .orElse("other");
      CreatedStream created =
          client.create(
              CreateStream.titled(argument.get())
                  .category(topic)
                  .description(summary)
                  .record(record));
      workspace().remember(created.streamId(), created.streamKey());
      return client.get(created.streamId());
    }
    if (record) {
      throw CliError.usage(
          "--record is for a new stream: this one was created with or without it",
          "wlk live \"A title\" --record");
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
