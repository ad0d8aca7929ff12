package com.wavlake.live.nostr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.live.signer.KeySigner;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FilterTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final Event EVENT =
      SIGNER.sign(
          new EventTemplate(
              100, 1311, List.of(Tag.of("a", "30311:x:y"), Tag.of("t", "x"), Tag.of("e")), "hi"));

  @Test
  void conditions_are_joined_by_and() {
    assertThat(Filter.any().matches(EVENT)).isTrue();
    assertThat(
            Filter.kinds(1311).by(SIGNER.publicKey()).tagged("a", "z", "30311:x:y").matches(EVENT))
        .isTrue();
    assertThat(Filter.kinds(1311).tagged("a", "30311:x:y").tagged("t", "y").matches(EVENT))
        .isFalse();
    assertThat(Filter.kinds(1).matches(EVENT)).isFalse();
    assertThat(Filter.any().withIds(Set.of(EVENT.id())).matches(EVENT)).isTrue();
  }

  @Test
  void since_and_until_are_inclusive() {
    assertThat(Filter.any().since(100).until(100).matches(EVENT)).isTrue();
    assertThat(Filter.any().since(101).matches(EVENT)).isFalse();
    assertThat(Filter.any().until(99).matches(EVENT)).isFalse();
  }

  @Test
  void a_tag_without_a_value_matches_nothing() {
    assertThat(Filter.any().tagged("e", "").matches(EVENT)).isFalse();
  }

  @Test
  void its_json_comes_back() {
    Filter filter =
        Filter.kinds(1, 1311)
            .by(SIGNER.publicKey())
            .tagged("a", "30311:x:y")
            .since(1)
            .until(2)
            .limit(0)
            .withIds(Set.of(EVENT.id()));
    assertThat(Filter.parse(filter.toJson())).isEqualTo(filter);
    assertThat(Filter.any().toJson()).isEqualTo("{}");
  }

  @Test
  void what_would_widen_or_mean_nothing_is_refused() {
    for (String json :
        List.of(
            "{\"kind\":[1]}",
            "{\"kinds\":[]}",
            "{\"ids\":[\"abc\"]}",
            "{\"#\":[\"x\"]}",
            "{\"since\":-1}",
            "{\"limit\":\"1\"}",
            "[]")) {
      assertThatThrownBy(() -> Filter.parse(json)).as(json).isInstanceOf(InvalidEvent.class);
    }
  }

  @Test
  void frames_come_back() {
    List<ClientMessage> client =
        List.of(
            new ClientMessage.Publish(EVENT),
            new ClientMessage.Req("s", List.of(Filter.any(), Filter.kinds(1))),
            new ClientMessage.Count("q", List.of(Filter.any(), Filter.kinds(1))),
            new ClientMessage.Close("s"),
            new ClientMessage.Auth(EVENT),
            new ClientMessage.Unknown("NEG-OPEN"));
    client.forEach(message -> assertThat(ClientMessage.parse(message.toJson())).isEqualTo(message));
    List<RelayMessage> relay =
        List.of(
            new RelayMessage.Delivery("s", EVENT),
            new RelayMessage.Ok(EVENT.id(), false, "blocked: \"no\""),
            new RelayMessage.Eose("s"),
            new RelayMessage.Closed("s", "error: x"),
            new RelayMessage.Notice("n"),
            new RelayMessage.Count("q", 238),
            new RelayMessage.Challenge("c"));
    relay.forEach(message -> assertThat(RelayMessage.parse(message.toJson())).isEqualTo(message));
    assertThat(
            RelayMessage.parse(
                "[\"COUNT\",\"q\",{\"approximate\":true,\"hll\":[\"00\"],\"count\":1}]"))
        .isEqualTo(new RelayMessage.Count("q", 1));
    assertThat(RelayMessage.parse("[\"NEG-MSG\",\"s\",\"00\"]"))
        .isEqualTo(new RelayMessage.Unknown("NEG-MSG"));
    assertThat(RelayMessage.parse("[\"EOSE\",\"s\",{\"more\":[]}]"))
        .isEqualTo(new RelayMessage.Eose("s"));
    assertThat(new RelayMessage.Ok(EVENT.id(), false, "duplicate: have it").success()).isTrue();
  }

  @Test
  void malformed_frames_are_refused() {
    for (String json :
        List.of(
            "",
            "{}",
            "[]",
            "[1]",
            "[\"REQ\",\"s\"]",
            "[\"REQ\",\"\",{}]",
            "[\"COUNT\",\"q\"]",
            "[\"CLOSE\",\"" + "x".repeat(65) + "\"]",
            "[\"EVENT\",{}]",
            "[\"CLOSE\",\"s\"")) {
      assertThatThrownBy(() -> ClientMessage.parse(json)).as(json).isInstanceOf(InvalidEvent.class);
    }
    for (String json :
        List.of(
            "[\"COUNT\",\"q\"]", "[\"COUNT\",\"q\",{}]", "[\"COUNT\",\"q\",{\"count\":\"1\"}]")) {
      assertThatThrownBy(() -> RelayMessage.parse(json)).as(json).isInstanceOf(InvalidEvent.class);
    }
  }
}
