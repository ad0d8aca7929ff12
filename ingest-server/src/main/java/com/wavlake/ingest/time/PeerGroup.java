package com.wavlake.ingest.time;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What one person has of the internet: an IPv4 address, or the /64 of an IPv6 address, any address
 * of which costs them nothing.
 */
public final class PeerGroup {
  private static final int PREFIX_BYTES = 8;

  private PeerGroup() {}

  /** The name to count and limit by. */
  public static String of(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    try {
      return InetAddress.ofLiteral(address) instanceof Inet6Address v6
          ? HexFormat.of().formatHex(Arrays.copyOf(v6.getAddress(), PREFIX_BYTES)) + "/64"
          : address;
    } catch (IllegalArgumentException e) {
      return address;
    }
  }
}
