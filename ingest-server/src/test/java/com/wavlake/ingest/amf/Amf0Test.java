package com.wavlake.ingest.amf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.Generator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Amf0Test {
  @Test
  void values_come_back() {
    AmfValue[] values = {
      AmfValue.of("connect"),
      AmfValue.of(1),
      AmfValue.object("app", "live", "nested", AmfValue.object("x", 1.5, "yes", true)),
      AmfValue.Null.NULL,
      new AmfValue.Array(
          List.of(AmfValue.of("a"), AmfValue.of("b".repeat(65_536)).property("none"))),
    };
    assertThat(Amf0.decode(ByteBuffer.wrap(Amf0.encode(values)))).containsExactly(values);
  }

  @Test
  void an_ecma_array_is_read_by_its_end_not_by_its_count() {
    byte[] metadata =
        HexFormat.of()
            .parseHex(
                "0800000063" + "0005" + "7769647468" + "004094000000000000" + "000009" + "05");
    List<AmfValue> values = Amf0.decode(ByteBuffer.wrap(metadata));
    assertThat(values.getFirst().property("width").asNumber()).isEqualTo(1280);
    assertThat(values).hasSize(2);
  }

  @Test
  void a_last_object_may_lack_its_end() {
    byte[] cut = HexFormat.of().parseHex("03" + "0001" + "61" + "0101");
    assertThat(Amf0.decode(ByteBuffer.wrap(cut)).getFirst().property("a"))
        .isEqualTo(new AmfValue.Bool(true));
  }

  @Test
  void too_deep_too_many_and_too_long_are_refused() {
    byte[] deep = new byte[4 * 64];
    for (int i = 0; i < deep.length; i += 4) {
      deep[i] = 3;
      deep[i + 2] = 1;
      deep[i + 3] = 'a';
    }
    refused(deep, "deep");
    byte[] nulls = new byte[2_000];
    Arrays.fill(nulls, (byte) 5);
    refused(nulls, "many");
    refused(HexFormat.of().parseHex("0c7fffffff61"), "string");
    refused(HexFormat.of().parseHex("0a7fffffff05"), "array");
    refused(HexFormat.of().parseHex("02ffff61"), "cut short");
    refused(HexFormat.of().parseHex("11"), "marker");
  }

  private static void refused(byte[] bytes, String why) {
    assertThatThrownBy(() -> Amf0.decode(ByteBuffer.wrap(bytes)))
        .isInstanceOf(AmfException.class)
        .hasMessageContaining(why);
  }

  @Test
  void any_bytes_are_read_or_refused() {
    Generator.forAll(
        5_000,
        random -> {
          try {
            Amf0.decode(ByteBuffer.wrap(random.bytes(random.below(64))));
          } catch (AmfException refused) {
            assertThat(refused).hasMessageStartingWith("AMF0");
          }
        });
  }
}
