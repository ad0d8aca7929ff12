package com.wavlake.ingest.picture;

import java.util.Optional;

/**
 * How much of a picture is still fit to be shown.
 *
 * @param bytes at most
 * @param pixels at most, either way
 */
record Limits(int bytes, int pixels) {
  /** Of people: a chat shows many at a time, and a browser unfolds every one. */
  static final Limits PERSON = new Limits(2 << 20, 2_048);

  static final Limits POSTER = new Limits(2 << 20, 4_096);
  static final Limits EMOJI = new Limits(256 << 10, 512);

  /** Nothing for what is not fit. */
  Optional<Picture> check(byte[] picture) {
    return picture.length > bytes
        ? Optional.empty()
        : PictureHeader.of(picture)
            .filter(header -> header.width() <= pixels && header.height() <= pixels)
            .map(header -> Picture.of(picture, header.mediaType()));
  }
}
