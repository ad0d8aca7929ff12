package com.wavlake.live.bridge;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import java.util.HexFormat;
import nostr.base.PrivateKey;
import nostr.base.Signature;

/**
 * Keys and signatures of nostr-java 1.0 as ours, and back. Needs {@code nostr-java-base} on the
 * class path, which this library does not bring along.
 */
public final class NostrJava {
  private NostrJava() {}

  /** As ours. */
  public static PublicKey publicKey(nostr.base.PublicKey key) {
    return PublicKey.of(key.getRawData());
  }

  /** As nostr-java's. */
  public static nostr.base.PublicKey publicKey(PublicKey key) {
    return new nostr.base.PublicKey(key.toBytes());
  }

  /** As ours; nostr-java's copy of the secret stays where it is. */
  public static SecretKey secretKey(PrivateKey key) {
    return SecretKey.of(key.getRawData());
  }

  /** As nostr-java's, which shows its secret in {@code toString} and cannot be wiped. */
  public static PrivateKey privateKey(SecretKey key) {
    return new PrivateKey(key.exportBytes());
  }

  /** An event's signature as nostr-java's, with its author. */
  public static Signature signature(Event event) {
    Signature signature = new Signature();
    signature.setRawData(HexFormat.of().parseHex(event.sig()));
    signature.setPubKey(publicKey(event.author()));
    return signature;
  }

  /**
   * What nostr-java signed, as our event.
   *
   * @throws InvalidEvent when the signature is not its author's over this template
   */
  public static Event event(EventTemplate template, Signature signature) {
    Event event =
        Event.of(template, publicKey(signature.getPubKey()), signature.getRawData().clone());
    if (!event.verify()) {
      throw new InvalidEvent("sig", "is not over this template");
    }
    return event;
  }
}
