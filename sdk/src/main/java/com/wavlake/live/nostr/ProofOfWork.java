package com.wavlake.live.nostr;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Work that an event's id proves: leading zero bits (NIP-13). */
public final class ProofOfWork {
  /** Beyond this nobody's patience reaches. */
  public static final int MAX_BITS = 64;

  private static final String NONCE = "nonce";
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final int CHECK_EVERY = 4_096;

  private ProofOfWork() {}

  /** Leading zero bits, 0 … 256. */
  public static int bits(EventId id) {
    return leadingZeroBits(id.bytes());
  }

  /**
   * The work that an event may claim: the bits of its id, and no more than the target that it
   * committed to, if it did. Who aimed lower and had luck did not do the work.
   */
  public static int claimedBits(Event event) {
    int bits = bits(event.id());
    return event
        .tag(NONCE)
        .filter(tag -> tag.size() > 2)
        .map(tag -> committed(tag.get(2), bits))
        .orElse(bits);
  }

  private static int committed(String target, int bits) {
    try {
      return Math.clamp(Integer.parseInt(target), 0, bits);
    } catch (NumberFormatException noCommitment) {
      return bits;
    }
  }

  /**
   * Finds a nonce, on all cores; the template's own nonce tag is replaced. Every further bit
   * doubles the time: 20 bits take about a second.
   *
   * @param author who will sign: the id depends on it
   * @param bits 0 … {@link #MAX_BITS}
   * @return empty when {@code patience} was over, or the thread was interrupted
   */
  public static Optional<EventTemplate> mine(
      EventTemplate template, PublicKey author, int bits, Duration patience) {
    if (bits < 0 || bits > MAX_BITS) {
      throw new IllegalArgumentException(bits + " bits, not 0 … " + MAX_BITS);
    }
    long start = System.nanoTime();
    long nanos = patience.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : patience.toNanos();
    int workers = Runtime.getRuntime().availableProcessors();
    Thread caller = Thread.currentThread();
    AtomicReference<EventTemplate> found = new AtomicReference<>();
    IntStream.range(0, workers)
        .parallel()
        .forEach(worker -> {
          byte[] form = CanonicalJson.bytes(author, withNonce(template, "0".repeat(16), bits));
          int at = nonceAt(form);
          MessageDigest sha256 = Sha256.start();
          for (long nonce = worker; found.get() == null; nonce += workers) {
            putHex(form, at, nonce);
            if (leadingZeroBits(sha256.digest(form)) >= bits) {
              found.set(withNonce(template, hex(nonce), bits));
            } else if (nonce % CHECK_EVERY < workers
                && (System.nanoTime() - start > nanos || caller.isInterrupted())) {
              return;
            }
          }
        });
    return Optional.ofNullable(found.get());
  }

  private static EventTemplate withNonce(EventTemplate template, String nonce, int bits) {
    List<Tag> tags = new ArrayList<>(template.tags());
    tags.removeIf(tag -> tag.name().equals(NONCE));
    tags.add(Tag.of(NONCE, nonce, Integer.toString(bits)));
    return new EventTemplate(template.createdAt(), template.kind(), tags, template.content());
  }

  /**
   * Where the digits stand: no string within the JSON can look like the tag, its quotes are
   * escaped.
   */
  private static int nonceAt(byte[] form) {
    byte[] tag = ("[\"" + NONCE + "\",\"").getBytes(StandardCharsets.US_ASCII);
    for (int at = form.length - tag.length; at >= 0; at--) {
      if (Arrays.equals(form, at, at + tag.length, tag, 0, tag.length)) {
        return at + tag.length;
      }
    }
    throw new IllegalStateException("no nonce tag");
  }

  private static String hex(long nonce) {
    byte[] digits = new byte[16];
    putHex(digits, 0, nonce);
    return new String(digits, StandardCharsets.US_ASCII);
  }

  private static void putHex(byte[] out, int at, long value) {
    for (int i = 0; i < 16; i++) {
      out[at + i] = (byte) Character.forDigit((int) (value >>> 4 * (15 - i)) & 0xf, 16);
    }
  }

  private static int leadingZeroBits(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return 8 * i + Integer.numberOfLeadingZeros(bytes[i] & 0xff) - 24;
      }
    }
    return 8 * bytes.length;
  }
}
