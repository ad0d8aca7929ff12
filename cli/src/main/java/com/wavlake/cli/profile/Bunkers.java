package com.wavlake.cli.profile;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.Globals;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Sha256;
import com.wavlake.live.relay.BunkerUri;
import com.wavlake.live.relay.RemoteSession;
import com.wavlake.live.relay.RemoteSigner;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Signers elsewhere (NIP-46), and the sessions with them. */
final class Bunkers {
  private static final String FILE = "bunkers.json";

  /** What wlk signs; a bunker may agree to all of it at once. */
  private static final List<String> PERMISSIONS =
      Stream.concat(
              Stream.of("nip44_encrypt", "nip44_decrypt"),
              Stream.of(
                      Kind.LIVE_STREAM,
                      Kind.CHAT_MESSAGE,
                      Kind.RAID,
                      Kind.CHAT_TIMEOUT,
                      Kind.DELETION,
                      Kind.RELAY_LIST,
                      Kind.REPORT,
                      Kind.MUTE_LIST,
                      Kind.ZAP_GOAL,
                      Kind.HTTP_AUTH,
                      Kind.RELAY_AUTH)
                  .map(kind -> "sign_event:" + kind))
          .toList();

  private final Workspace workspace;
  private final RemoteSigner.Settings settings;

  Bunkers(Workspace workspace, Globals globals) {
    this.workspace = workspace;
    this.settings =
        RemoteSigner.Settings.named(
                "wlk",
                page ->
                    globals
                        .console()
                        .warn("the bunker asks you to agree at " + Console.plain(page)))
            .permissions(PERMISSIONS);
  }

  /** Connects for the first time; whoever minds it may have to agree. */
  RemoteSigner connect(String uri) {
    BunkerUri bunker = BunkerUri.parse(uri);
    return RemoteSigner.connect(bunker, SecretKey.generate(), settings);
  }

  RemoteSigner resume(String session) {
    return RemoteSigner.resume(RemoteSession.parse(session), settings);
  }

  /** Of an address that is given with every command, as CI does: most are good for one use. */
  RemoteSigner again(String uri) {
    Optional<RemoteSession> known = session(uri);
    if (known.isPresent()) {
      return RemoteSigner.resume(known.get(), settings);
    }
    RemoteSigner signer = connect(uri);
    try {
      workspace.alone(() -> {
        ObjectNode sessions = workspace.read(FILE);
        workspace.write(FILE, sessions.put(Sha256.hex(uri), signer.session().exportJson()));
      });
      return signer;
    } catch (RuntimeException e) {
      signer.close();
      throw e;
    }
  }

  /** Whose events are signed there; a session that is kept says so by itself. */
  PublicKey userOf(String uri) {
    return session(uri)
        .map(RemoteSession::user)
        .orElseGet(() -> {
          try (RemoteSigner signer = again(uri)) {
            return signer.publicKey();
          }
        });
  }

  private Optional<RemoteSession> session(String uri) {
    return Optional.ofNullable(workspace.read(FILE).path(Sha256.hex(uri)).textValue())
        .map(RemoteSession::parse);
  }
}
