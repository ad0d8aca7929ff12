package com.wavlake.cli.chat;

import com.wavlake.live.api.StreamStatus;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a stream is doing, of the provider's word where there is one, else of the stream's own event.
 * Immutable.
 *
 * @param event the newest version
 * @param provider what its provider says
 * @param providerAt when it said so
 */
record Vitals(Optional<LiveStream> event, Optional<StreamStatus> provider, Instant providerAt) {
  static final Vitals UNKNOWN = new Vitals(Optional.empty(), Optional.empty(), Instant.EPOCH);

  /** What is written in front, in capitals. */
  enum State {
    UNKNOWN,
    PLANNED,
    LIVE,
    RECONNECTING,
    ENDED
  }

  Vitals event(LiveStream newest) {
    return new Vitals(Optional.of(newest), provider, providerAt);
  }

  Vitals provider(Optional<StreamStatus> said, Instant now) {
    return new Vitals(event, said, now);
  }

  State state() {
    Optional<Status> written = event.flatMap(LiveStream::status);
    if (onAir().isPresent() && !written.equals(Optional.of(Status.ENDED))) {
      boolean gone = onAir().get().status().equals("reconnecting");
      return gone ? State.RECONNECTING : State.LIVE;
    }
    return written
        .map(status ->
            switch (status) {
              case PLANNED -> State.PLANNED;
              case LIVE -> State.LIVE;
              case ENDED -> State.ENDED;
            })
        .orElse(State.UNKNOWN);
  }

  /** The provider's word while the stream is on air there. */
  private Optional<StreamStatus> onAir() {
    return provider.filter(s -> s.status().equals("live") || s.status().equals("reconnecting"));
  }

  private boolean isOnAir() {
    return state() == State.LIVE || state() == State.RECONNECTING;
  }

  /** Seconds on air. */
  OptionalLong seconds(Instant now) {
    if (!isOnAir()) {
      return OptionalLong.empty();
    }
    if (onAir().isPresent()) {
      long since = Math.max(0, now.getEpochSecond() - providerAt.getEpochSecond());
      return OptionalLong.of(onAir().get().durationSeconds() + since);
    }
    Optional<Instant> starts = event.flatMap(LiveStream::starts).filter(at -> !at.isAfter(now));
    return starts.isPresent()
        ? OptionalLong.of(now.getEpochSecond() - starts.get().getEpochSecond())
        : OptionalLong.empty();
  }

  OptionalInt viewers() {
    if (!isOnAir()) {
      return OptionalInt.empty();
    }
    return onAir().isPresent()
        ? OptionalInt.of(onAir().get().currentViewers())
        : event.map(LiveStream::currentParticipants).orElse(OptionalInt.empty());
  }

  OptionalInt kbps() {
    return onAir().isPresent() && onAir().get().bitrateKbps() > 0
        ? OptionalInt.of(onAir().get().bitrateKbps())
        : OptionalInt.empty();
  }
}
