package com.wavlake.live.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.Generator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract for both implementations; the vectors are BIP-340's own (test-vectors.csv). */
final class Secp256k1ContractTest {
  private static final HexFormat HEX = HexFormat.of();

  static Stream<Secp256k1> implementations() {
    return Stream.of(NativeSecp256k1.load().orElseThrow(), new BouncyCastleSecp256k1());
  }

  static Stream<Arguments> rows() {
    return implementations()
        .flatMap(
            impl -> vectors().stream().map(row -> Arguments.of(impl.name(), row[0], impl, row)));
  }

  private static List<String[]> vectors() {
    try (InputStream in =
        Objects.requireNonNull(Secp256k1ContractTest.class.getResourceAsStream("/bip340.csv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void there_are_nineteen_vectors() {
    assertThat(vectors()).hasSize(19);
  }

  @ParameterizedTest(name = "{0} row {1}")
  @MethodSource("rows")
  void bip340(String name, String index, Secp256k1 impl, String[] row) {
    byte[] publicKey = HEX.parseHex(row[2]);
    byte[] message = HEX.parseHex(row[4]);
    byte[] signature = HEX.parseHex(row[5]);

    assertThat(impl.verify(signature, message, publicKey)).isEqualTo(row[6].equals("TRUE"));

    if (!row[1].isEmpty()) {
      byte[] secret = HEX.parseHex(row[1]);
      assertThat(impl.publicKey(secret)).isEqualTo(publicKey);
      assertThat(impl.sign(message, secret, HEX.parseHex(row[3]))).isEqualTo(signature);
    }
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void a_flipped_bit_anywhere_is_noticed(Secp256k1 impl) {
    Generator.forAll(
        50,
        random -> {
          byte[] secret = random.bytes(32);
          secret[0] &= 0x7f;
          secret[31] |= 1;
          byte[] message = random.bytes(32);
          byte[] publicKey = impl.publicKey(secret);
          byte[] signature = impl.sign(message, secret, random.bytes(32));
          assertThat(impl.verify(signature, message, publicKey)).isTrue();
          byte[] target = List.of(signature, message, publicKey).get(random.below(3));
          target[random.below(target.length)] ^= (byte) (1 << random.below(8));
          assertThat(impl.verify(signature, message, publicKey)).isFalse();
        });
  }

  @Test
  void what_one_signs_the_other_verifies() {
    List<Secp256k1> both = implementations().toList();
    Generator.forAll(
        20,
        random -> {
          byte[] secret = random.bytes(32);
          secret[0] &= 0x7f;
          secret[31] |= 1;
          byte[] message = random.bytes(random.below(100));
          byte[] signature = both.get(0).sign(message, secret, new byte[32]);
          assertThat(both.get(1).sign(message, secret, new byte[32])).isEqualTo(signature);
          assertThat(both.get(1).verify(signature, message, both.get(0).publicKey(secret)))
              .isTrue();
        });
  }

  @ParameterizedTest
  @MethodSource("implementations")
  void malformed_input_is_false_or_refused(Secp256k1 impl) {
    assertThat(impl.verify(new byte[63], new byte[32], new byte[32])).isFalse();
    assertThat(impl.verify(new byte[64], new byte[32], new byte[31])).isFalse();
    assertThat(impl.verify(new byte[64], new byte[32], new byte[32])).isFalse();
    assertThat(impl.isSecretKey(new byte[32])).isFalse();
    assertThat(impl.isSecretKey(new byte[31])).isFalse();
    assertThatThrownBy(() -> impl.publicKey(new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> impl.sign(new byte[32], new byte[32], new byte[32]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
