package com.wavlake.cli.chat;

import com.wavlake.live.nostr.PublicKey;

/**
 * Somebody as they are shown.
 *
 * @param key who it is
 * @param name what to call them, harmless
 * @param isHost whether the stream is theirs
 * @param isSelf whether it is the one who looks at the window
 */
record Person(PublicKey key, String name, boolean isHost, boolean isSelf) {

  /** Colours of the 256 that can be read on a dark and on a light ground. */
  private static final int[] PALETTE = {
    26, 27, 28, 29, 30, 31, 32, 33, 60, 61, 62, 63, 64, 65, 66, 67, 68, 93, 94, 95, 96, 97, 98, 99,
    100, 101, 103, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 160, 161, 162, 163, 164, 165,
    166, 167, 168, 169, 196, 197, 198, 199, 200
  };

  /** A mark that no name can wear: it has a column of its own. */
  String mark() {
    return isHost ? "★" : isSelf ? "»" : " ";
  }

  /** Always the same for the same key. */
  int color() {
    return color(key);
  }

  static int color(PublicKey key) {
    return PALETTE[Math.floorMod(key.hex().hashCode(), PALETTE.length)];
  }

  static int[] palette() {
    return PALETTE.clone();
  }
}
