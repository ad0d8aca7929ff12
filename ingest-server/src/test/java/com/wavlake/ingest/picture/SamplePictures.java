package com.wavlake.ingest.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** Small pictures, right and wrong. */
public final class SamplePictures {
  /** 3 × 2 pixels, lossless, header of the bit stream alone (RFC 9649 3.4). */
  private static final byte[] WEBP_LOSSLESS =
      riff("VP8L", new byte[] {0x2f, 0x02, 0x40, 0, 0, 0x07, 0, 0, 0});

  private SamplePictures() {}

  /** {@code png}, {@code jpeg} or {@code gif}, as the JDK writes it. */
  public static byte[] of(String format, int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A PNG with as many bytes behind its end. */
  public static byte[] png(int width, int height, int padding) {
    byte[] png = of("png", width, height);
    return ByteBuffer.allocate(png.length + padding).put(png).array();
  }

  /** A PNG whose header says something else. */
  public static byte[] pngSaying(int width, int height) {
    byte[] png = of("png", 1, 1);
    ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
    return png;
  }

  /** 3 × 2 pixels. */
  static byte[] losslessWebp() {
    return WEBP_LOSSLESS.clone();
  }

  /** The header of a key frame (RFC 6386 9.1). */
  static byte[] lossyWebp(int width, int height) {
    ByteBuffer frame = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    frame.put(new byte[] {0x10, 2, 0, (byte) 0x9d, 1, 0x2a});
    frame.putShort((short) width).putShort((short) height);
    return riff("VP8 ", frame.array());
  }

  /** A canvas (RFC 9649 2.7.1). */
  static byte[] webpCanvas(int width, int height) {
    ByteBuffer canvas = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    canvas.putInt(0).putInt(width - 1).putShort(8, (short) 0);
    canvas.put(7, (byte) (height - 1)).put(8, (byte) (height - 1 >> 8));
    return riff("VP8X", canvas.array());
  }

  private static byte[] riff(String chunk, byte[] payload) {
    ByteBuffer out = ByteBuffer.allocate(20 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + payload.length);
    out.put(("WEBP" + chunk).getBytes(StandardCharsets.US_ASCII)).putInt(payload.length);
    return out.put(payload).array();
  }

  /** One that runs a script when a browser opens it. */
  public static byte[] svg() {
    return ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"8\" height=\"8\">"
            + "<script>alert(1)</script></svg>")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** No picture. */
  public static byte[] html() {
    return "<!doctype html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
  }
}
