package com.wavlake.live.broadcast;

import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.time.Duration;

/**
 * Where the event is kept that ends a stream if its streamer's process dies. Only the streamer can
 * sign it, so it is signed before it is needed: stamped ahead of the heartbeat that follows it, it
 * is newer than anything the relays hold, whatever moment death comes at.
 */
public interface LastWill {
  /** How far ahead of now a will is stamped. */
  Duration AHEAD = Duration.ofMinutes(3);

  /** Nobody keeps one. */
  LastWill NONE =
      new LastWill() {
        @Override
        public void deposit(Event ended) {}

        @Override
        public void withdraw() {}
      };

  /**
   * Keeps this will in place of the one before.
   *
   * @throws LiveException when it is not kept
   */
  void deposit(Event ended);

  /**
   * A relay has accepted an end: the will is needed no more.
   *
   * @throws LiveException when it could not be withdrawn
   */
  void withdraw();

  /** With the provider of a stream, which sees when the encoder has gone too. */
  static LastWill withProvider(ManagementClient provider, String streamId) {
    return new LastWill() {
      @Override
      public void deposit(Event ended) {
        try {
          provider.depositLastWill(streamId, ended);
        } catch (LiveException e) {
          throw e.category() == Category.NOT_FOUND
              ? new LiveException(Category.UNSUPPORTED, "the provider keeps no last wills", e)
              : e;
        }
      }

      @Override
      public void withdraw() {
        try {
          provider.withdrawLastWill(streamId);
        } catch (LiveException e) {
          if (e.category() != Category.NOT_FOUND) { // without a will there is none to withdraw
            throw e;
          }
        }
      }
    };
  }
}
