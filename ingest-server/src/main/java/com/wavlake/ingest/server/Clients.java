package com.wavlake.ingest.server;

import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.util.List;

/**
 * Who a request comes from: the peer, or what a proxy that is known as one says of it. Only the
 * last address that no such proxy added counts: what stands before it anybody can write.
 *
 * @param proxies addresses and prefixes, for instance {@code 10.0.0.0/8}
 */
public record Clients(List<Prefix> proxies) {
  /** Copies the list. */
  public Clients {
    proxies = List.copyOf(proxies);
  }

  private static final int MAX_HOPS = 16;

  /** Behind no proxy. */
  public static final Clients DIRECT = new Clients(List.of());

  /**
   * A range of addresses.
   *
   * @param network its first address
   * @param bits how many of them are the same
   */
  public record Prefix(InetAddress network, int bits) {
    boolean contains(InetAddress address) {
      byte[] mine = network.getAddress();
      byte[] other = address.getAddress();
      if (mine.length != other.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        if (((mine[i / 8] ^ other[i / 8]) >> 7 - i % 8 & 1) != 0) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * Reads addresses and prefixes, separated by commas.
   *
   * @throws IllegalArgumentException naming the one that is neither
   */
  public static Clients behind(String text) {
    return new Clients(
        List.of(text.split(",", -1)).stream()
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .map(Clients::prefix)
            .toList());
  }

  private static Prefix prefix(String entry) {
    int slash = entry.indexOf('/');
    InetAddress network = literal(slash < 0 ? entry : entry.substring(0, slash));
    int most = 8 * network.getAddress().length;
    long bits = slash < 0 ? most : MediaPath.number(entry, slash + 1, entry.length(), 3);
    if (bits < 0 || bits > most) {
      throw new IllegalArgumentException("'" + entry + "' is no prefix");
    }
    return new Prefix(network, (int) bits);
  }

  /** An address, never a name to be looked up. */
  private static InetAddress literal(String text) {
    boolean plausible =
        text.matches("[0-9.]{7,15}") || text.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    try {
      if (plausible) {
        return InetAddress.ofLiteral(text);
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException("'" + text + "' is no IP address");
  }

  /** The IP address to count, limit and log by. */
  String address(HttpServerRequest request) {
    String peer = request.remoteAddress().hostAddress();
    if (proxies.isEmpty()) {
      return peer;
    }
    String forwarded = String.join(",", request.headers().getAll("X-Forwarded-For"));
    return of(peer, forwarded);
  }

  /** The same, of a header's value. */
  String of(String peer, String forwarded) {
    String[] hops = forwarded.split(",", -1);
    String last = peer;
    for (int i = hops.length - 1; i >= Math.max(0, hops.length - MAX_HOPS); i--) {
      if (!isProxy(last)) {
        return last;
      }
      String hop = hops[i].strip();
      try {
        last = literal(hop).getHostAddress();
      } catch (IllegalArgumentException e) {
        return last;
      }
    }
    return last;
  }

  private boolean isProxy(String address) {
    InetAddress candidate = literal(address.replaceFirst("%.*", "")); // without an IPv6 scope
    return proxies.stream().anyMatch(proxy -> proxy.contains(candidate));
  }
}
