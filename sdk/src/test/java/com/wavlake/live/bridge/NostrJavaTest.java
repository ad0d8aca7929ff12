package com.wavlake.live.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.util.List;
import nostr.base.PrivateKey;
import nostr.base.Signature;
import nostr.crypto.schnorr.Schnorr;
import org.junit.jupiter.api.Test;

final class NostrJavaTest {
  private static final EventTemplate TEMPLATE = new EventTemplate(1, 1, List.of(), "hello");

  @Test
  void keys_go_there_and_back() {
    PrivateKey theirs = PrivateKey.generateRandomPrivKey();
    try (SecretKey ours = NostrJava.secretKey(theirs)) {
      assertThat(NostrJava.privateKey(ours).toHexString()).isEqualTo(theirs.toHexString());
      PublicKey key = ours.publicKey();
      assertThat(NostrJava.publicKey(key).toHexString()).isEqualTo(key.hex());
      assertThat(NostrJava.publicKey(key).toBech32String()).isEqualTo(key.npub());
      assertThat(NostrJava.publicKey(NostrJava.publicKey(key))).isEqualTo(key);
    }
  }

  @Test
  void what_one_signs_the_other_verifies() throws Exception {
    PrivateKey theirs = PrivateKey.generateRandomPrivKey();
    SecretKey ours = NostrJava.secretKey(theirs);
    Event event = KeySigner.of(ours).sign(TEMPLATE);
    Signature signature = NostrJava.signature(event);
    assertThat(signature.toString()).isEqualTo(event.sig());
    assertThat(
            Schnorr.verify(event.id().toBytes(), event.author().toBytes(), signature.getRawData()))
        .isTrue();

    byte[] id = TEMPLATE.idFor(event.author()).toBytes();
    Signature made = new Signature();
    made.setPubKey(NostrJava.publicKey(event.author()));
    made.setRawData(Schnorr.sign(id, theirs.getRawData(), new byte[32]));
    assertThat(NostrJava.event(TEMPLATE, made).verify()).isTrue();
    EventTemplate other = new EventTemplate(2, 1, List.of(), "hello");
    assertThatThrownBy(() -> NostrJava.event(other, made)).isInstanceOf(InvalidEvent.class);
  }
}
