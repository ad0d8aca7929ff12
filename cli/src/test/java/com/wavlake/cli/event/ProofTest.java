package com.wavlake.cli.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.cli.event.ProofCommand.Agreement;
import com.wavlake.cli.shell.CliError;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer;
import org.junit.jupiter.api.Test;

/** Who agreed; the vector is libsecp256k1's own, with zero aux, over the example's coordinate. */
final class ProofTest {
  private static final String SECRET =
      "7f7ff03d123792d6ac594bfa67bf6d0c0ab55b6b1fdb6249303fe861f1ccba9a";
  private static final EventAddress STREAM =
      EventAddress.parse(
          "30311:1597246ac22f7d1375041054f2a4986bd971d8d196d7997e48973263ac9879ec:demo-cf-stream");
  private static final String PROOF =
      "41120a10e8829b2e9021ee5615f67db0e1b31d9e1925349c145158e5889f4d8e"
          + "0836d996b04ac74aa7548cdf491554096727163962d63f817c8ca763df44b7cd";

  @Test
  void the_known_proof_is_agreement_and_one_bit_less_is_wrong() {
    PublicKey guest = SecretKey.parse(SECRET).publicKey();
    Participant invited = Participant.of(guest, "speaker");
    assertThat(Agreement.of(invited, STREAM)).isEqualTo(Agreement.INVITED);
    assertThat(Agreement.of(invited.withProof(PROOF), STREAM)).isEqualTo(Agreement.AGREED);
    assertThat(Agreement.of(invited.withProof("5" + PROOF.substring(1)), STREAM))
        .isEqualTo(Agreement.WRONG);
    assertThat(Agreement.of(invited.withProof("yes"), STREAM)).isEqualTo(Agreement.WRONG);
    assertThat(Agreement.of(Participant.host(STREAM.author(), ""), STREAM))
        .isEqualTo(Agreement.AUTHOR);
  }

  @Test
  void a_key_proves_and_the_proof_holds() {
    KeySigner guest = KeySigner.of(SecretKey.parse(SECRET));
    String proof = ProofCommand.prove(guest, STREAM);
    Participant agreed = Participant.of(guest.publicKey(), "speaker").withProof(proof);
    assertThat(Agreement.of(agreed, STREAM)).isEqualTo(Agreement.AGREED);
  }

  @Test
  void a_signer_of_events_alone_is_told_what_to_do_instead() {
    assertThatThrownBy(() -> ProofCommand.prove(new EventsAlone(), STREAM))
        .isInstanceOfSatisfying(
            CliError.class,
            e -> {
              assertThat(e.code()).isEqualTo("unsupported");
              assertThat(e.hint()).contains("--sec-file");
            });
  }

  /** As a bunker is: it signs events and nothing else. */
  private static final class EventsAlone implements Signer {
    private final KeySigner key = KeySigner.of(SecretKey.generate());

    @Override
    public PublicKey publicKey() {
      return key.publicKey();
    }

    @Override
    public Event sign(EventTemplate template) {
      return key.sign(template);
    }

    @Override
    public void close() {
      key.close();
    }
  }
}
