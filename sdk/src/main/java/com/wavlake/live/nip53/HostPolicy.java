package com.wavlake.live.nip53;

import com.wavlake.live.nostr.PublicKey;
import java.util.Optional;
import java.util.Set;

/**
 * Whose stream it is: its author, or the participant that it names as host. Anybody can name
 * anybody, so it is a matter of trust; an event of ours, whose author is its host, satisfies all.
 */
@FunctionalInterface
public interface HostPolicy {

  /** Whoever the event names as host, else its author: zap.stream's Flutter app and Amethyst. */
  HostPolicy NAMED = (stream, author) -> named(stream).orElse(author);

  /** The named host if they proved that they agreed, else the author. */
  HostPolicy PROVEN =
      (stream, author) ->
          stream
              .host()
              .filter(host -> host.agreedTo(stream.addressBy(author)))
              .map(Participant::key)
              .orElse(author);

  /** The author alone. */
  HostPolicy AUTHOR = (stream, author) -> author;

  /**
   * The host's key.
   *
   * @param author who signed the event
   */
  PublicKey hostOf(LiveStream stream, PublicKey author);

  /**
   * The named host when the author is one of these servers that sign for their users, else the
   * author: the zap.stream web app.
   */
  static HostPolicy trusting(Set<PublicKey> servers) {
    Set<PublicKey> known = Set.copyOf(servers);
    return (stream, author) -> known.contains(author) ? named(stream).orElse(author) : author;
  }

  private static Optional<PublicKey> named(LiveStream stream) {
    return stream.host().map(Participant::key);
  }
}
