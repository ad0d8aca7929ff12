package com.wavlake.live.nostr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.live.Generator;
import com.wavlake.live.signer.KeySigner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EventTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());

  private static Event signed(String content, Tag... tags) {
    return SIGNER.sign(new EventTemplate(1_700_000_000, 1, List.of(tags), content));
  }

  @Test
  void the_id_is_the_digest_of_the_canonical_form() {
    PublicKey author =
        PublicKey.parse("7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e");
    EventTemplate template =
        new EventTemplate(
            1_700_000_000, 1, List.of(Tag.of("t", "a\"b")), "x\n\u0001\u001f\u007f/é😀");
    // printf '[0,"7e…4e",1700000000,1,[["t","a\"b"]],"x\n\u0001\u001f\x7f/é😀"]' | sha256sum
    String canonical =
        "[0,\"" + author + "\",1700000000,1,[[\"t\",\"a\\\"b\"]],\"x\\n\\u0001\\u001f\u007f/é😀\"]";
    assertThat(template.idFor(author).toBytes()).isEqualTo(Sha.of(canonical));
  }

  @Test
  void text_of_any_kind_survives_and_reads_like_any_json() {
    ObjectMapper jackson = new ObjectMapper();
    Generator.forAll(
        300,
        random -> {
          String content = random.text(60);
          Event event = signed(content, Tag.of("t", random.text(10), random.text(10)));
          Event back = Event.parse(event.toJson());
          assertThat(back).isEqualTo(event);
          assertThat(back.content()).isEqualTo(content);
          assertThat(back.tags()).isEqualTo(event.tags());
          assertThat(back.verify()).isTrue();
          assertThat(read(jackson, event).path("content").asText()).isEqualTo(content);
        });
  }

  private static JsonNode read(ObjectMapper jackson, Event event) {
    try {
      return jackson.readTree(event.toJson());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_change_of_any_field_is_noticed() {
    String json = signed("hello", Tag.of("t", "music")).toJson();
    List<String> forged = new ArrayList<>();
    forged.add(json.replace("hello", "hallo"));
    forged.add(json.replace("music", "talks"));
    forged.add(json.replace("1700000000", "1700000001"));
    forged.add(json.replace("\"kind\":1", "\"kind\":2"));
    String pubkey = SIGNER.publicKey().hex();
    forged.add(json.replace(pubkey, KeySigner.of(SecretKey.generate()).publicKey().hex()));
    for (String changed : forged) {
      assertThat(Event.parse(changed).verify()).as(changed).isFalse();
    }
  }

  @Test
  void a_right_id_with_anothers_signature_is_a_forgery() {
    Event event = signed("hello");
    Event other = signed("other");
    String forged = event.toJson().replace(event.sig(), other.sig());
    assertThat(Event.parse(forged).hasValidId()).isTrue();
    assertThat(Event.parse(forged).verify()).isFalse();
  }

  @Test
  void malformed_events_are_refused_by_the_name_of_the_field() {
    String json = signed("hello").toJson();
    refused(json.replaceFirst("\"sig\":\"[0-9a-f]+\"", "\"sig\":\"00\""), "sig");
    refused(json.replaceFirst("\"id\":\"..", "\"id\":\"XY"), "id");
    refused(json.replace("\"kind\":1", "\"kind\":65536"), "kind");
    refused(json.replace("\"kind\":1", "\"kind\":1.0"), "kind");
    refused(json.replace("\"kind\":1", "\"kind\":1,\"kind\":1"), "kind");
    refused(json.replace("1700000000", "-1"), "created_at");
    refused(json.replace("1700000000", "99999999999999999999"), "created_at");
    refused(json.replace("\"tags\":[]", "\"tags\":[[]]"), "tags");
    refused(json.replace("\"tags\":[]", "\"tags\":[[1]]"), "tags");
    refused(json.replace("\"content\":\"hello\"", "\"content\":null"), "content");
    refused(json.replace(",\"content\":\"hello\"", ""), "content");
    refused(json + "x", "event");
    refused("[]", "event");
    refused("", "event");
    refused(json.substring(0, 50), "event");
  }

  private static void refused(String json, String field) {
    assertThatThrownBy(() -> Event.parse(json))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageStartingWith(field);
  }

  @Test
  void unknown_fields_are_ignored() {
    Event event = signed("hello");
    String json = event.toJson().replaceFirst("\\{", "{\"extra\":{\"a\":[1,{}]},");
    assertThat(Event.parse(json)).isEqualTo(event);
  }

  @Test
  void an_unpaired_surrogate_has_no_canonical_form() {
    assertThatThrownBy(() -> signed("\ud800")).isInstanceOf(InvalidEvent.class);
  }

  @Test
  void the_newer_supersedes_and_on_a_tie_the_lower_id() {
    Event older = SIGNER.sign(new EventTemplate(10, 0, List.of(), "a"));
    Event newer = SIGNER.sign(new EventTemplate(11, 0, List.of(), "a"));
    Event tie = SIGNER.sign(new EventTemplate(11, 0, List.of(), "b"));
    assertThat(newer.supersedes(older)).isTrue();
    assertThat(older.supersedes(newer)).isFalse();
    assertThat(newer.supersedes(tie)).isEqualTo(newer.id().hex().compareTo(tie.id().hex()) < 0);
    assertThat(newer.supersedes(tie)).isNotEqualTo(tie.supersedes(newer));
  }

  @Test
  void a_secret_key_does_not_show_itself() {
    try (SecretKey key = SecretKey.generate()) {
      assertThat(key.toString())
          .doesNotContain(key.nsec().substring(5))
          .isEqualTo("SecretKey[redacted]");
      String secret = key.nsec().substring(0, 40);
      assertThatThrownBy(() -> SecretKey.parse(secret))
          .isInstanceOf(LiveException.class)
          .hasMessageNotContaining(secret);
    }
  }

  @Test
  void a_closed_secret_key_signs_no_more() {
    SecretKey key = SecretKey.generate();
    key.close();
    assertThatThrownBy(() -> key.sign(new byte[32])).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(key::nsec).isInstanceOf(IllegalStateException.class);
  }
}
