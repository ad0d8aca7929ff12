package com.wavlake.live.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.live.Generator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The vectors are those that NIP-44 names (nip44.vectors.json, paulmillr/nip44). */
final class Nip44Test {
  private static final HexFormat HEX = HexFormat.of();
  private static final JsonNode VECTORS = vectors();

  private static JsonNode vectors() {
    try (InputStream in =
        Objects.requireNonNull(Nip44Test.class.getResourceAsStream("/nip44.json"))) {
      return new ObjectMapper().readTree(in).path("v2");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<JsonNode> vectors(String validity, String what) {
    JsonNode rows = VECTORS.path(validity).path(what);
    assertThat(rows).isNotEmpty();
    return StreamSupport.stream(rows.spliterator(), false);
  }

  static Stream<JsonNode> conversationKeys() {
    return vectors("valid", "get_conversation_key");
  }

  static Stream<JsonNode> messageKeys() {
    JsonNode all = VECTORS.path("valid").path("get_message_keys");
    return StreamSupport.stream(all.path("keys").spliterator(), false);
  }

  static Stream<JsonNode> paddedLengths() {
    return vectors("valid", "calc_padded_len");
  }

  static Stream<JsonNode> messages() {
    return vectors("valid", "encrypt_decrypt");
  }

  static Stream<JsonNode> longMessages() {
    return vectors("valid", "encrypt_decrypt_long_msg");
  }

  static Stream<JsonNode> badKeys() {
    return vectors("invalid", "get_conversation_key");
  }

  static Stream<JsonNode> badPayloads() {
    return vectors("invalid", "decrypt");
  }

  private static byte[] hex(JsonNode row, String field) {
    return HEX.parseHex(row.path(field).asText());
  }

  @ParameterizedTest
  @MethodSource("conversationKeys")
  void conversation_key(JsonNode row) {
    assertThat(Nip44.conversationKey(hex(row, "sec1"), hex(row, "pub2")))
        .isEqualTo(hex(row, "conversation_key"));
  }

  @ParameterizedTest
  @MethodSource("messageKeys")
  void message_keys(JsonNode row) {
    byte[] shared = hex(VECTORS.path("valid").path("get_message_keys"), "conversation_key");
    String expected =
        row.path("chacha_key").asText()
            + row.path("chacha_nonce").asText()
            + row.path("hmac_key").asText();
    assertThat(HEX.formatHex(Nip44.messageKeys(shared, hex(row, "nonce")))).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("paddedLengths")
  void padded_length(JsonNode row) {
    assertThat(Nip44.paddedLength(row.path(0).asInt())).isEqualTo(row.path(1).asInt());
  }

  @ParameterizedTest
  @MethodSource("messages")
  void encrypt_and_decrypt(JsonNode row) {
    byte[] key = hex(row, "conversation_key");
    String text = row.path("plaintext").asText();
    String payload = row.path("payload").asText();
    byte[] second = Secp256k1.get().publicKey(hex(row, "sec2"));
    assertThat(Nip44.conversationKey(hex(row, "sec1"), second)).isEqualTo(key);
    assertThat(Nip44.encrypt(key, text, hex(row, "nonce"))).isEqualTo(payload);
    assertThat(Nip44.decrypt(key, payload)).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("longMessages")
  void long_messages(JsonNode row) throws Exception {
    String text = row.path("pattern").asText().repeat(row.path("repeat").asInt());
    byte[] key = hex(row, "conversation_key");
    String payload = Nip44.encrypt(key, text, hex(row, "nonce"));
    assertThat(sha256(text)).isEqualTo(row.path("plaintext_sha256").asText());
    assertThat(sha256(payload)).isEqualTo(row.path("payload_sha256").asText());
    assertThat(Nip44.decrypt(key, payload)).isEqualTo(text);
  }

  private static String sha256(String text) throws Exception {
    return HEX.formatHex(
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @MethodSource("badKeys")
  void what_is_no_key_is_refused(JsonNode row) {
    assertThatIllegalArgumentException()
        .as(row.path("note").asText())
        .isThrownBy(() -> Nip44.conversationKey(hex(row, "sec1"), hex(row, "pub2")));
  }

  @ParameterizedTest
  @MethodSource("badPayloads")
  void what_is_no_payload_is_refused(JsonNode row) {
    assertThatIllegalArgumentException()
        .as(row.path("note").asText())
        .isThrownBy(
            () -> Nip44.decrypt(hex(row, "conversation_key"), row.path("payload").asText()));
  }

  /** {@code encrypt_msg_lengths} also lists 65536, 100000 and 10000000: valid by now. */
  @Test
  void an_empty_text_is_refused_and_a_long_one_taken() {
    byte[] key = new byte[32];
    assertThatIllegalArgumentException().isThrownBy(() -> Nip44.encrypt(key, ""));
    for (int length : new int[] {65_535, 65_536, 65_537, 100_000, 10_000_000}) {
      String text = "x".repeat(length);
      assertThat(Nip44.decrypt(key, Nip44.encrypt(key, text))).isEqualTo(text);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Nip44.encrypt(key, "x".repeat(Nip44.MAX_PLAINTEXT_BYTES + 1)));
  }

  @Test
  void both_curves_share_the_same() {
    Secp256k1 java = new BouncyCastleSecp256k1();
    Secp256k1 c = NativeSecp256k1.load().orElseThrow();
    Generator.forAll(
        20,
        random -> {
          byte[] a = scalar(random);
          byte[] b = scalar(random);
          byte[] shared = c.sharedX(a, c.publicKey(b));
          assertThat(java.sharedX(a, c.publicKey(b))).isEqualTo(shared);
          assertThat(java.sharedX(b, c.publicKey(a))).isEqualTo(shared);
        });
    for (Secp256k1 impl : new Secp256k1[] {java, c}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> impl.sharedX(new byte[32], new byte[32]));
      assertThatIllegalArgumentException().isThrownBy(() -> impl.sharedX(scalar1(), new byte[31]));
    }
  }

  private static byte[] scalar(Generator random) {
    byte[] secret = random.bytes(32);
    secret[0] &= 0x7f;
    secret[31] |= 1;
    return secret;
  }

  private static byte[] scalar1() {
    byte[] one = new byte[32];
    one[31] = 1;
    return one;
  }
}
