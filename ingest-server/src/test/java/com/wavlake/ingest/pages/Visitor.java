package com.wavlake.ingest.pages;

import com.wavlake.live.nostr.SecretKey;
import java.util.Optional;

/**
 * Who looks at the pages, and at what.
 *
 * @param width of the window, in CSS pixels
 * @param height of the window
 * @param scheme what their system prefers, {@code dark} or {@code light}
 * @param phone whether it is a phone, with a finger instead of a mouse
 * @param stillness whether they want nothing to move
 * @param key the key that their signer has; empty for a browser without a signer
 */
record Visitor(
    int width,
    int height,
    String scheme,
    boolean phone,
    boolean stillness,
    Optional<SecretKey> key) {

  /** On a laptop, at night, without a signer. */
  static Visitor guest() {
    return new Visitor(1280, 800, "dark", false, false, Optional.empty());
  }

  /** On a laptop, with a NIP-07 signer. */
  static Visitor with(SecretKey key) {
    return new Visitor(1280, 800, "dark", false, false, Optional.of(key));
  }

  Visitor sized(int newWidth, int newHeight) {
    return new Visitor(newWidth, newHeight, scheme, phone, stillness, key);
  }

  Visitor inTheLight() {
    return new Visitor(width, height, "light", phone, stillness, key);
  }

  Visitor onPhone() {
    return new Visitor(390, 844, scheme, true, stillness, key);
  }

  Visitor still() {
    return new Visitor(width, height, scheme, phone, true, key);
  }
}
