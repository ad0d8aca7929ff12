package com.wavlake.live.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses belong to the public internet. What a stranger's event names must not make us ask
 * the machines of our own network.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA, IPv4 special
 *     purpose</a>
 */
public final class PublicAddresses {
  private static final int[][] NOT_PUBLIC = {
    {0, 0, 8}, // this network
    {10, 0, 8},
    {100, 64, 10}, // carrier-grade NAT
    {127, 0, 8},
    {169, 254, 16},
    {172, 16, 12},
    {192, 168, 16},
    {198, 18, 15}, // benchmarks
    {224, 0, 3}, // multicast and reserved, up to broadcast
  };

  private PublicAddresses() {}

  /** Whether it is reached over the public internet, and is no special purpose address. */
  public static boolean contains(InetAddress address) {
    return switch (address) {
      case Inet4Address v4 -> isPublic(v4.getAddress());
      case Inet6Address v6 -> isPublicV6(v6);
      default -> false;
    };
  }

  /**
   * The public addresses of a host; a host that is an address already counts as such.
   *
   * @throws UnknownHostException when it has none
   */
  public static List<InetAddress> resolve(String host) throws UnknownHostException {
    List<InetAddress> allowed =
        Stream.of(InetAddress.getAllByName(host)).filter(PublicAddresses::contains).toList();
    if (allowed.isEmpty()) {
      throw new UnknownHostException(host + " is at no public address");
    }
    return allowed;
  }

  /** Whether a host is written as an address, and that is not public: no name is looked up. */
  public static boolean isForbiddenLiteral(String host) {
    boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    try {
      return literal && !contains(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return true;
    }
  }

  private static boolean isPublic(byte[] v4) {
    int high = (v4[0] & 0xff) << 8 | v4[1] & 0xff;
    int third = v4[2] & 0xff;
    for (int[] range : NOT_PUBLIC) {
      int network = range[0] << 8 | range[1];
      if (high >> 16 - range[2] == network >> 16 - range[2]) {
        return false;
      }
    }
    boolean documentation =
        (high == (192 << 8) && (third == 0 || third == 2)) // 192.0.0.0/24, 192.0.2.0/24
            || (high == (198 << 8 | 51) && third == 100)
            || (high == (203 << 8) && third == 113);
    return !documentation;
  }

  private static boolean isPublicV6(Inet6Address address) {
    byte[] bytes = address.getAddress();
    boolean mapsV4 = isZero(bytes, 0, 10) && bytes[10] == -1 && bytes[11] == -1;
    boolean nat64 = bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == -1 && bytes[3] == -101;
    if (mapsV4 || nat64) {
      return isPublic(Arrays.copyOfRange(bytes, 12, 16));
    }
    boolean globalUnicast = (bytes[0] & 0xe0) == 0x20; // 2000::/3
    boolean documentation =
        bytes[0] == 0x20 && bytes[1] == 1 && bytes[2] == 0x0d && (bytes[3] & 0xff) == 0xb8;
    boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 2; // 2002::/16 embeds an IPv4 address
    boolean teredo = bytes[0] == 0x20 && bytes[1] == 1 && bytes[2] == 0 && bytes[3] == 0;
    return globalUnicast
        && !documentation
        && !teredo
        && (!sixToFour || isPublic(Arrays.copyOfRange(bytes, 2, 6)));
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
