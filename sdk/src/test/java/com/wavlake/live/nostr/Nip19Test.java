package com.wavlake.live.nostr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.Generator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Nip19Test {
  private static final String NPUB =
      "npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg";
  private static final String HEX =
      "7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e";

  @Test
  void npub_of_the_nip() {
    assertThat(PublicKey.parse(NPUB).hex()).isEqualTo(HEX);
    assertThat(PublicKey.parse(HEX).npub()).isEqualTo(NPUB);
    assertThat(PublicKey.parse("nostr:" + NPUB).hex()).isEqualTo(HEX);
  }

  @Test
  void nsec_of_the_nip() {
    String nsec = "nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5";
    try (SecretKey key = SecretKey.parse(nsec)) {
      assertThat(key.nsec()).isEqualTo(nsec);
      assertThat(key.exportBytes())
          .isEqualTo(
              Hex.parse(
                  "67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa", 32, "nsec"));
    }
  }

  @Test
  void an_address_survives_with_its_hints() {
    Generator.forAll(
        200,
        random -> {
          List<String> relays = new ArrayList<>();
          for (int i = random.below(4); i > 0; i--) {
            relays.add("wss://relay" + i + ".example/" + random.below(1000));
          }
          EventAddress address =
              new EventAddress(30_311, PublicKey.of(random.bytes(32)), random.text(30), relays);
          assertThat(EventAddress.parse(address.naddr())).isEqualTo(address);
          assertThat(EventAddress.parse(address.coordinate()))
              .isEqualTo(address.withRelays(List.of()));
        });
  }

  @Test
  void a_mistyped_character_is_noticed() {
    Generator.forAll(
        200,
        random -> {
          StringBuilder wrong = new StringBuilder(NPUB);
          int at = 5 + random.below(NPUB.length() - 5);
          char other = "qpzry9x8gf2tvdw0s3jn54khce6mua7l".charAt(random.below(32));
          if (other != wrong.charAt(at)) {
            wrong.setCharAt(at, other);
            assertThatThrownBy(() -> PublicKey.parse(wrong.toString()))
                .isInstanceOf(InvalidEvent.class);
          }
        });
  }

  @Test
  void nonsense_is_refused() {
    for (String text :
        List.of(
            "",
            "npub1",
            "naddr1qqqq",
            "nsec1" + NPUB.substring(5),
            "30311:xyz:d",
            "a:" + HEX + ":d",
            "npub1" + "q".repeat(6000))) {
      assertThatThrownBy(() -> EventAddress.parse(text)).as(text).isInstanceOf(InvalidEvent.class);
    }
  }

  @Test
  void an_encrypted_key_of_nip49_opens() {
    String ncryptsec =
        "ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p";
    try (SecretKey key = SecretKey.decrypt(ncryptsec, "nostr".toCharArray())) {
      assertThat(Hex.of(key.exportBytes()))
          .isEqualTo("3501454135014541350145413501453fefb02227e449e57cf4d3a3ce05378683");
    }
    assertThatThrownBy(() -> SecretKey.decrypt(ncryptsec, "wrong".toCharArray()))
        .isInstanceOfSatisfying(
            LiveException.class,
            e -> assertThat(e.category()).isEqualTo(LiveException.Category.UNAUTHORIZED));
  }

  @Test
  void a_key_under_a_passphrase_comes_back() {
    try (SecretKey key = SecretKey.generate();
        SecretKey back =
            SecretKey.decrypt(key.encrypt("Å pass".toCharArray()), "A\u030a pass".toCharArray())) {
      assertThat(back.nsec()).as("NFKC makes both spellings one").isEqualTo(key.nsec());
    }
  }
}
