package com.wavlake.live.nip53;

import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;

/**
 * Somebody on stage: a {@code p} tag (NIP-53).
 *
 * @param key who
 * @param relay where to find them; may be empty
 * @param role as written, for instance {@code host}; may be empty
 * @param proof hex of their agreement, empty when there is none
 */
public record Participant(PublicKey key, String relay, String role, String proof) {

  /**
   * The role that owns the stream. Written in lower case: one of the viewers in the wild reads no
   * other.
   */
  public static final String HOST = "host";

  /** The host, without a proof. */
  public static Participant host(PublicKey key, String relay) {
    return new Participant(key, relay, HOST, "");
  }

  /** Whether the role is host in any case: the NIP's own example writes {@code Host}. */
  public boolean isHost() {
    return role.equalsIgnoreCase(HOST);
  }

  static Participant of(Tag tag) {
    return new Participant(PublicKey.parse(tag.value()), tag.get(2), tag.get(3), tag.get(4));
  }

  Tag toTag() {
    return proof.isEmpty()
        ? Tag.of("p", key.hex(), relay, role)
        : Tag.of("p", key.hex(), relay, role, proof);
  }
}
