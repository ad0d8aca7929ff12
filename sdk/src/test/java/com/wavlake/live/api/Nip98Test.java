package com.wavlake.live.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class Nip98Test {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String URL = "https://live.example/api/v1/streams?cursor=1";
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NONE = new byte[0];

  @Test
  void what_is_signed_is_accepted() {
    String header = Nip98.authorization(SIGNER, "POST", URL, BODY, NOW);
    assertThat(Nip98.verify(header, "POST", URL, BODY, NOW.plusSeconds(60)).author())
        .isEqualTo(SIGNER.publicKey());
    assertThat(
            Nip98.verify(Nip98.authorization(SIGNER, "GET", URL, NONE, NOW), "GET", URL, NONE, NOW))
        .isNotNull();
  }

  @Test
  void anything_else_is_refused_by_name() {
    String header = Nip98.authorization(SIGNER, "POST", URL, BODY, NOW);
    refused("method", header, "PUT", URL, BODY, NOW);
    refused("u", header, "POST", URL + "&x=1", BODY, NOW);
    refused("payload", header, "POST", URL, "{ }".getBytes(StandardCharsets.UTF_8), NOW);
    refused("payload", Nip98.authorization(SIGNER, "POST", URL, NONE, NOW), "POST", URL, BODY, NOW);
    refused("created_at", header, "POST", URL, BODY, NOW.plusSeconds(61));
    refused("created_at", header, "POST", URL, BODY, NOW.minusSeconds(61));
    refused("Authorization", "Bearer x", "POST", URL, BODY, NOW);
    refused("Authorization", "Nostr ???", "POST", URL, BODY, NOW);
    String json =
        new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
    String other =
        json.replace(
            SIGNER.publicKey().hex(), KeySigner.of(SecretKey.generate()).publicKey().hex());
    String forged =
        "Nostr " + Base64.getEncoder().encodeToString(other.getBytes(StandardCharsets.UTF_8));
    refused("sig", forged, "POST", URL, BODY, NOW);
  }

  @Test
  void honest_repeats_within_a_second_differ() {
    assertThat(Nip98.authorization(SIGNER, "GET", URL, NONE, NOW))
        .isNotEqualTo(Nip98.authorization(SIGNER, "GET", URL, NONE, NOW));
  }

  private static void refused(
      String field, String header, String method, String url, byte[] body, Instant now) {
    assertThatThrownBy(() -> Nip98.verify(header, method, url, body, now))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageStartingWith(field + ":");
  }

  @Test
  void a_stream_key_does_not_show_itself() {
    StreamKey key = StreamKey.generate();
    assertThat(key.reveal()).matches("wlk_live_[0-9a-f]{32}");
    assertThat(key.toString()).doesNotContain(key.reveal().substring(9, 30));
    assertThat(StreamKey.parse(key.reveal())).isEqualTo(key);
    assertThat(key.hash()).hasSize(64).isEqualTo(StreamKey.hash(key.reveal()));
    assertThatThrownBy(() -> StreamKey.parse("wlk_live_secret"))
        .isInstanceOf(LiveException.class)
        .hasMessageNotContaining("secret");
  }
}
