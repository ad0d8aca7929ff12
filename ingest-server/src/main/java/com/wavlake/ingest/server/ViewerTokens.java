package com.wavlake.ingest.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names for viewers that nobody else can make up: random, and signed with a key of this process.
 * Safe for use by many threads.
 */
final class ViewerTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int RANDOM = 8;
  private static final int SIGNATURE = 8;
  private static final int LENGTH = 2 * (RANDOM + SIGNATURE);

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;

  ViewerTokens() {
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  /** A new one, for one stream. */
  String next(String stream) {
    byte[] name = new byte[RANDOM];
    random.nextBytes(name);
    String hex = HexFormat.of().formatHex(name);
    return hex + sign(stream, hex);
  }

  /** Whether it was made here, for this stream. */
  boolean isOurs(String stream, String token) {
    if (token.length() != LENGTH) {
      return false;
    }
    String name = token.substring(0, 2 * RANDOM);
    return MessageDigest.isEqual(
        sign(stream, name).getBytes(StandardCharsets.US_ASCII),
        token.substring(2 * RANDOM).getBytes(StandardCharsets.US_ASCII));
  }

  private String sign(String stream, String name) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] signature = mac.doFinal((stream + "/" + name).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(signature, 0, SIGNATURE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
