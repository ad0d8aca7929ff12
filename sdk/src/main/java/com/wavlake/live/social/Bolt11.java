package com.wavlake.live.social;

import com.wavlake.live.nostr.Bech32;
import com.wavlake.live.nostr.InvalidEvent;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What zaps need of a lightning invoice. Its signature is not checked: who signs a receipt vouches
 * for it.
 *
 * @param amountMillisats what it asks for; empty when the payer decides
 * @param descriptionHash hex SHA-256 of what is paid for
 * @see <a href="https://github.com/lightning/bolts/blob/master/11-payment-encoding.md">BOLT 11</a>
 */
record Bolt11(OptionalLong amountMillisats, Optional<String> descriptionHash) {
  private static final Pattern PREFIX =
      Pattern.compile("ln(?:bcrt|tbs|bc|tb)(?:([0-9]{1,18})([munp]?))?");
  private static final int TIMESTAMP_WORDS = 7;
  private static final int SIGNATURE_WORDS = 104;
  private static final int TYPE_DESCRIPTION_HASH = 23;
  private static final int HASH_WORDS = 52;
  private static final BigInteger MILLISATS_A_BITCOIN = BigInteger.TEN.pow(11);

  static Bolt11 parse(String invoice) {
    Bech32.Words words;
    try {
      words = Bech32.words(invoice.toLowerCase(Locale.ROOT));
    } catch (InvalidEvent e) {
      throw new InvalidEvent("bolt11", e.problem());
    }
    Matcher prefix = PREFIX.matcher(words.prefix());
    if (!prefix.matches()) {
      throw new InvalidEvent("bolt11", "is no lightning invoice");
    }
    return new Bolt11(amount(prefix), descriptionHash(words.values()));
  }

  private static OptionalLong amount(Matcher prefix) {
    if (prefix.group(1) == null) {
      return OptionalLong.empty();
    }
    long divisor =
        switch (prefix.group(2)) {
          case "m" -> 1_000L;
          case "u" -> 1_000_000L;
          case "n" -> 1_000_000_000L;
          case "p" -> 1_000_000_000_000L;
          default -> 1;
        };
    BigInteger[] millisats =
        new BigInteger(prefix.group(1))
            .multiply(MILLISATS_A_BITCOIN)
            .divideAndRemainder(BigInteger.valueOf(divisor));
    if (millisats[1].signum() != 0 || millisats[0].bitLength() > 62) {
      throw new InvalidEvent("bolt11", "its amount is no number of millisats");
    }
    return OptionalLong.of(millisats[0].longValueExact());
  }

  private static Optional<String> descriptionHash(byte[] words) {
    int end = words.length - SIGNATURE_WORDS;
    for (int at = TIMESTAMP_WORDS; at + 3 <= end; ) {
      int length = words[at + 1] << 5 | words[at + 2];
      int next = at + 3 + length;
      if (next > end) {
        break;
      }
      if (words[at] == TYPE_DESCRIPTION_HASH && length == HASH_WORDS) {
        byte[] hash = Bech32.bytes(Arrays.copyOfRange(words, at + 3, next));
        return Optional.of(HexFormat.of().formatHex(hash));
      }
      at = next;
    }
    return Optional.empty();
  }
}
