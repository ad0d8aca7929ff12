package com.wavlake.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.cli.shell.CliError;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.ProfilePointer;
import com.wavlake.live.nostr.SecretKey;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people paste. */
final class RefsTest {
  private static final SecretKey KEY = SecretKey.generate();
  private static final EventAddress STREAM =
      new EventAddress(Kind.LIVE_STREAM, KEY.publicKey(), "d", List.of("wss://relay.example"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "nostr:%s",
        "https://zap.stream/%s",
        "https://njump.me/%s?x=1#y",
        "http://127.0.0.1:8080/w/%s",
        "HTTPS://viewer.example/watch/%s/"
      })
  void an_naddr_is_found_wherever_it_stands(String form) {
    assertThat(Refs.entity(form.formatted(STREAM.naddr()))).contains(STREAM);
  }

  @Test
  void a_coordinate_names_what_an_naddr_names_but_for_its_hints() {
    assertThat(Refs.entity(STREAM.coordinate())).contains(STREAM.withRelays(List.of()));
  }

  @Test
  void people_are_told_from_streams() {
    String npub = KEY.publicKey().npub();
    assertThat(Refs.person("https://zap.stream/" + npub))
        .contains(new ProfilePointer(KEY.publicKey(), List.of()));
    assertThat(Refs.person(STREAM.naddr())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"current", "stream-1700000000-7e7e9c42", "some id", "", "1:2", "npub"})
  void anything_else_may_be_a_stream_id(String id) {
    assertThat(Refs.entity(id)).isEmpty();
  }

  @Test
  void what_cannot_be_meant_is_refused() {
    assertThatThrownBy(() -> Refs.entity("https://zap.stream/about"))
        .isInstanceOf(CliError.class)
        .hasMessageContaining("no naddr1… in the link");
    assertThatThrownBy(() -> Refs.entity(STREAM.naddr() + "q"))
        .isInstanceOf(CliError.class)
        .hasMessageStartingWith("REF: naddr");
    assertThatThrownBy(() -> Refs.entity(KEY.nsec()))
        .hasMessageContaining("a secret key")
        .hasMessageNotContaining(KEY.nsec());
  }
}
