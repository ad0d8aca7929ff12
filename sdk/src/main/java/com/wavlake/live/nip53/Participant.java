package com.wavlake.live.nip53;

import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Sha256;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.Signer;
import java.util.HexFormat;

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

  /** Who may speak. */
  public static final String SPEAKER = "speaker";

  /** The host, without a proof. */
  public static Participant host(PublicKey key, String relay) {
    return new Participant(key, relay, HOST, "");
  }

  /** Somebody invited, without a proof. */
  public static Participant of(PublicKey key, String role) {
    return new Participant(key, "", role, "");
  }

  /** Whether the role is host in any case: the NIP's own example writes {@code Host}. */
  public boolean isHost() {
    return role.equalsIgnoreCase(HOST);
  }

  /**
   * The participant's agreement to take part: their signature over the SHA-256 of the coordinate,
   * 128 hex digits.
   *
   * @param participant the one who takes part
   * @throws LiveException UNSUPPORTED when the signer signs events alone, as remote ones do
   */
  public static String prove(Signer participant, EventAddress stream) {
    return HexFormat.of().formatHex(participant.signDigest(digest(stream)));
  }

  /** The same with a proof. */
  public Participant withProof(String hex) {
    return new Participant(key, relay, role, hex);
  }

  /** Whether they agreed to take part in this stream; without a proof they are only invited. */
  public boolean agreedTo(EventAddress stream) {
    try {
      return key.verify(digest(stream), HexFormat.of().parseHex(proof));
    } catch (IllegalArgumentException notHex) {
      return false;
    }
  }

  static byte[] digest(EventAddress stream) {
    return Sha256.of(stream.coordinate());
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
