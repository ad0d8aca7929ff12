package com.wavlake.ingest.picture;

import com.wavlake.live.nostr.Sha256;

/**
 * A picture that was found fit to be shown.
 *
 * @param bytes all of it, not copied: nobody writes to them
 * @param mediaType what it is by its bytes, for instance {@code image/png}
 * @param etag what tells it from another, hex
 */
public record Picture(byte[] bytes, String mediaType, String etag) {
  private static final int ETAG_DIGITS = 32;

  static Picture of(byte[] bytes, String mediaType) {
    return new Picture(bytes, mediaType, Sha256.hex(bytes).substring(0, ETAG_DIGITS));
  }
}
