package com.wavlake.live.relay;

import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.util.Optional;

/**
 * How connections to relays behave. Immutable.
 *
 * @param authenticator who answers when a relay demands authentication (NIP-42); nobody by default.
 *     A relay is told who one is only when it demands it
 * @param ping how often the other side has to show that it is there; a silent socket is given up
 *     after that time
 * @param connectTimeout for opening a socket
 * @param publicOnly whether relays at addresses that are not public are refused: for relays that
 *     strangers name
 */
public record RelaySettings(
    Optional<Signer> authenticator, Duration ping, Duration connectTimeout, boolean publicOnly) {
  /** No authentication, pings every 30 s, 10 s to connect, any address. */
  public static final RelaySettings DEFAULT =
      new RelaySettings(Optional.empty(), Duration.ofSeconds(30), Duration.ofSeconds(10), false);

  /** Answers demands for authentication with this key. */
  public RelaySettings authenticateAs(Signer signer) {
    return new RelaySettings(Optional.of(signer), ping, connectTimeout, publicOnly);
  }

  /** With pings this often. */
  public RelaySettings pingEvery(Duration interval) {
    return new RelaySettings(authenticator, interval, connectTimeout, publicOnly);
  }

  /**
   * For relays that strangers name: public addresses alone, and nobody is told who one is there.
   */
  public RelaySettings publicAddressesOnly() {
    return new RelaySettings(Optional.empty(), ping, connectTimeout, true);
  }
}
