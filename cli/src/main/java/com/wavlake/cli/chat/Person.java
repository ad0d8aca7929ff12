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
    25, 28, 29, 30, 31, 32, 62, 63, 64, 66, 67, 91, 92, 94, 96, 97, 98, 99, 100, 125, 126, 127, 129,
    130, 131, 132, 133, 134, 160, 161, 162, 166, 169
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
