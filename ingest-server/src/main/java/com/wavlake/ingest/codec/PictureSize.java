package com.wavlake.ingest.codec;

/**
 * Of a decoded picture, in pixels.
 *
 * @param width 1 … 16,384
 * @param height 1 … 16,384
 */
record PictureSize(int width, int height) {
  private static final int MAX_A_SIDE = 16_384;

  /**
   * Checked.
   *
   * @throws CodecException when no picture is that large or small
   */
  static PictureSize of(String codec, long width, long height) {
    if (width < 1 || height < 1 || width > MAX_A_SIDE || height > MAX_A_SIDE) {
      throw new CodecException(codec + " picture of " + width + "x" + height);
    }
    return new PictureSize((int) width, (int) height);
  }
}
