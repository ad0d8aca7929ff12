package com.wavlake.ingest.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.PublishOutcome;
import com.wavlake.live.relay.RelayConnection;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Somebody who takes part with another client than the pages: the SDK. */
final class Person implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final KeySigner signer;
  private final RelayConnection relay;
  private final List<Event> seen = new CopyOnWriteArrayList<>();

  private Person(KeySigner signer, String relayUrl) {
    this.signer = signer;
    this.relay = RelayConnection.open(relayUrl);
  }

  static Person at(String relayUrl) {
    return new Person(KeySigner.of(SecretKey.generate()), relayUrl);
  }

  static Person with(KeySigner signer, String relayUrl) {
    return new Person(signer, relayUrl);
  }

  PublicKey key() {
    return signer.publicKey();
  }

  Event sign(EventTemplate template) {
    return signer.sign(template);
  }

  /** What the relay does with it. */
  PublishOutcome publish(Event event) {
    return relay.publishOnce(event, SOON).join();
  }

  /** Publishes; it has to be taken. */
  Event put(EventTemplate template) {
    Event event = sign(template);
    PublishOutcome outcome = publish(event);
    assertThat(outcome.accepted()).as("%s", outcome).isTrue();
    return event;
  }

  /** Writes to a chat. */
  Event say(EventAddress stream, String text) {
    return put(ChatMessage.to(stream).text(text, Instant.now()));
  }

  /** Says who they are, by a profile's JSON. */
  void introduce(String json) {
    put(Kind.PROFILE, json);
  }

  Event put(int kind, String content, Tag... tags) {
    return put(new EventTemplate(Instant.now().getEpochSecond(), kind, List.of(tags), content));
  }

  /** Sees from now on what matches. */
  Person follow(Filter... filters) {
    relay.subscribe(List.of(filters), seen::add);
    return this;
  }

  /** All that has come so far. */
  List<Event> seen() {
    return List.copyOf(seen);
  }

  /** Until one that is such has come; the SDK has verified it, and so does this. */
  Event until(Predicate<Event> wanted) {
    await("an event among " + seen)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> seen.stream().anyMatch(wanted));
    Event event = seen.stream().filter(wanted).findFirst().orElseThrow();
    assertThat(event.verify()).isTrue();
    return event;
  }

  @Override
  public void close() {
    relay.close();
  }
}
