package com.wavlake.cli.check;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A viewer on relays: a key that nobody knows, connections of their own. */
final class ViewerSide implements AutoCloseable {
  private static final int LISTED = 100;
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final KeySigner signer = KeySigner.of(SecretKey.generate());
  private final RelayPool relays;
  private final Chatter chatter;
  private final EventAddress stream;

  ViewerSide(List<String> urls, EventAddress stream) {
    this.relays = RelayPool.connect(urls);
    this.stream = stream;
    this.chatter = new Chatter(relays, stream);
  }

  KeySigner signer() {
    return signer;
  }

  Chatter chatter() {
    return chatter;
  }

  /** Finds the stream among the newest, and by its naddr. */
  void discover() throws InterruptedException {
    EventAddress named = EventAddress.parse(stream.naddr());
    while (!isListed() || !stands(named, Status.LIVE)) {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private boolean isListed() {
    return relays.query(Filter.kinds(Kind.LIVE_STREAM).limit(LISTED), LOOK).stream()
        .anyMatch(event -> event.address().coordinate().equals(stream.coordinate()));
  }

  /** Waits until the newest version says so. */
  void awaitStatus(Status status) throws InterruptedException {
    while (!stands(stream, status)) {
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private boolean stands(EventAddress address, Status status) {
    Optional<Event> newest = relays.newest(address, LOOK);
    if (newest.isPresent() && !newest.get().verify()) {
      throw new LiveException(Category.INVALID, "a relay sent an event with a wrong signature");
    }
    return newest.flatMap(event -> LiveStream.parse(event).status()).equals(Optional.of(status));
  }

  @Override
  public void close() {
    chatter.close();
    relays.close();
    signer.close();
  }
}
