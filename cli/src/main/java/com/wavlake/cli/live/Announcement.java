package com.wavlake.cli.live;

import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.encoder.EncoderChild;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * What {@code wlk live --announce} was asked for.
 *
 * @param url where the stream is
 * @param argument a title, or the REF of one's own stream that goes live again
 * @param category its topic
 * @param command an encoder to run meanwhile; may be empty
 */
record Announcement(
    String url,
    Optional<String> argument,
    String summary,
    Optional<String> category,
    List<String> command) {

  int run(WlkCommand wlk) {
    requireNoPlaceholders();
    Workspace workspace = wlk.workspace();
    try (Signer signer = workspace.signer();
        RelayPool relays = workspace.relays(List.of())) {
      LiveStream stream = stream(wlk, relays, signer);
      EventAddress address = stream.addressBy(signer.publicKey());
      workspace.remember(address.identifier(), Optional.empty());
      LastWill will = workspace.wills().of(address, relays.urls());
      try (Announce live = new Announce(wlk.console(), stream, will, relays, signer)) {
        AtomicBoolean interrupted = new AtomicBoolean();
        Interrupts.onInterrupt(() -> {
          interrupted.set(true);
          live.stop("interrupted by the streamer");
        });
        if (command.isEmpty()) {
          live.run();
        } else {
          withEncoder(live, wlk.globals().verbose(), interrupted::get);
        }
      }
    }
    return ExitCode.OK;
  }

  private void withEncoder(Announce live, boolean verbose, BooleanSupplier interrupted) {
    try (EncoderChild child = EncoderChild.start(command, Optional.empty(), verbose)) {
      child.onExit(
          () -> live.stop("the encoder's command ended with exit code " + child.exitCode()));
      live.run();
      if (!interrupted.getAsBoolean() && !child.isAlive() && child.exitCode() != 0) {
        throw child.failure("the stream has ended because the encoder failed");
      }
    }
  }

  /** A new one by its title; or one's own of before, which goes live again. */
  private LiveStream stream(WlkCommand wlk, RelayPool relays, Signer signer) {
    String title =
        argument.orElseThrow(() ->
            CliError.usage(
                "what is announced needs a title", "wlk live \"My title\" --announce " + url));
    if (LiveCommand.isRef(title)) {
      if (category.isPresent() || !summary.isEmpty()) {
        throw CliError.usage(
            "--category and --summary are for a new stream", "leave them out, or give a title");
      }
      return relays
          .newest(wlk.workspace().own(title), wlk.globals().timeout())
          .map(event -> LiveStream.parse(event).toBuilder().streaming(url).build())
          .orElseThrow(() ->
              new CliError("not_found", "no relay has " + title, "wlk live TITLE --announce URL"));
    }
    LiveStream.Builder edit =
        StreamDraft.announcing(title, url, relays.urls(), signer.publicKey(), Instant.now())
            .toBuilder();
    if (!summary.isEmpty()) {
      edit.description(summary);
    }
    category.ifPresent(topic -> edit.hashtags(List.of(topic, "live")));
    return edit.build();
  }

  private void requireNoPlaceholders() {
    for (String word : command) {
      if (word.contains("{url}") || word.contains("{server}") || word.contains("{key}")) {
        throw CliError.usage(
            "'" + word + "': without a provider there is nothing to put in its place",
            "write the encoder's own target");
      }
    }
  }
}
