package com.wavlake.ingest.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PictureHeaderTest {
  private static List<byte[]> samples() {
    return List.of(
        SamplePictures.of("png", 31, 17),
        SamplePictures.of("jpeg", 31, 17),
        SamplePictures.of("gif", 31, 17),
        SamplePictures.losslessWebp(),
        SamplePictures.lossyWebp(31, 17),
        SamplePictures.webpCanvas(31, 17));
  }

  private static void assertSize(byte[] picture, String type, int width, int height) {
    assertThat(PictureHeader.of(picture)).hasValue(new PictureHeader(type, width, height));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif"})
  void what_the_jdk_writes_is_read(String format) {
    assertSize(SamplePictures.of(format, 1, 1), "image/" + format, 1, 1);
    assertSize(SamplePictures.of(format, 300, 257), "image/" + format, 300, 257);
  }

  @Test
  void the_three_forms_of_webp_are_read() {
    assertSize(SamplePictures.losslessWebp(), "image/webp", 3, 2);
    assertSize(SamplePictures.lossyWebp(300, 257), "image/webp", 300, 257);
    assertSize(SamplePictures.webpCanvas(300, 257), "image/webp", 300, 257);
    assertSize(SamplePictures.webpCanvas(16_384, 16_384), "image/webp", 16_384, 16_384);
  }

  @Test
  void a_size_is_never_taken_for_a_small_one() {
    assertSize(SamplePictures.pngSaying(20_000, 20_000), "image/png", 20_000, 20_000);
    assertThat(PictureHeader.of(SamplePictures.pngSaying(-1, 1)).orElseThrow().width())
        .isEqualTo(0xFFFFFFFFL);
    assertThat(PictureHeader.of(SamplePictures.pngSaying(0, 1))).isEmpty();
    assertThat(Limits.POSTER.check(SamplePictures.pngSaying(-1, 1))).isEmpty();
    assertThat(Limits.POSTER.check(SamplePictures.pngSaying(4_096, 4_096))).isPresent();
    assertThat(Limits.POSTER.check(SamplePictures.pngSaying(4_097, 1))).isEmpty();
    assertThat(Limits.EMOJI.check(SamplePictures.pngSaying(512, 513))).isEmpty();
    assertThat(Limits.EMOJI.check(new byte[(256 << 10) + 1])).isEmpty();
  }

  @Test
  void a_gif_is_as_large_as_what_is_drawn_beyond_its_screen() {
    byte[] gif = SamplePictures.of("gif", 31, 17);
    ByteBuffer screen = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
    screen.putShort(6, (short) 1).putShort(8, (short) 1);
    assertSize(gif, "image/gif", 31, 17);
  }

  @Test
  void what_is_no_picture_is_none() {
    for (byte[] wrong :
        List.of(
            new byte[0],
            SamplePictures.svg(),
            SamplePictures.html(),
            "GIF89a".getBytes(StandardCharsets.US_ASCII),
            "GIF89a=1;/*............*/alert(1)".getBytes(StandardCharsets.US_ASCII),
            new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9, 0, 0, 0, 0},
            "\0\0\0\34ftypavif\0\0\0\0avifmif1miaf".getBytes(StandardCharsets.US_ASCII))) {
      assertThat(PictureHeader.of(wrong)).as("%s", Arrays.toString(wrong)).isEmpty();
    }
  }

  @Test
  void what_is_cut_off_is_none_or_what_it_was() {
    for (byte[] whole : samples()) {
      Optional<PictureHeader> right = PictureHeader.of(whole);
      for (int length = 0; length < whole.length; length++) {
        Optional<PictureHeader> read = PictureHeader.of(Arrays.copyOf(whole, length));
        assertThat(read.isEmpty() || read.equals(right)).as("%s at %d", right, length).isTrue();
      }
    }
  }

  @Test
  void a_bit_that_fell_over_is_no_fault_of_ours() {
    for (byte[] whole : samples()) {
      for (int bit = 0; bit < 8 * whole.length; bit++) {
        byte[] flipped = whole.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        PictureHeader.of(flipped)
            .ifPresent(
                header -> assertThat(Math.min(header.width(), header.height())).isPositive());
      }
    }
  }

  @Test
  void neither_are_many_of_them() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    List<byte[]> samples = samples();
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = samples.get(i % 6).clone();
      for (int n = random.nextInt(1, 20); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(PictureHeader.of(bytes)).as("-Dseed=%d, %d", seed, i).isNotNull();
    }
  }
}
