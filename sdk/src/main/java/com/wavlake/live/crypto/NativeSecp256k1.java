package com.wavlake.live.crypto;

import fr.acinq.secp256k1.Secp256k1CFunctions;
import fr.acinq.secp256k1.Secp256k1Context;
import fr.acinq.secp256k1.Secp256k1Exception;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * libsecp256k1 through JNI, by its functions: the interface above them looks for Android first, in
 * every jar of the class path. It takes 32-byte messages only; other lengths go to BouncyCastle.
 */
final class NativeSecp256k1 implements Secp256k1 {
  private static final int MESSAGE_BYTES = 32;
  private static final String UNPACKED_IN = "fr.acinq.secp256k1.lib.path";
  private static final String UNPACK_IN = "fr.acinq.secp256k1.tmpdir";

  private final long context = Secp256k1Context.getContext();

  private NativeSecp256k1() {}

  /** Empty where there is no native library for this platform. */
  static Optional<NativeSecp256k1> load() {
    try {
      String unpacked = System.getProperty(UNPACKED_IN);
      if (unpacked == null) {
        unpack();
      } else {
        System.load(
            Path.of(unpacked, System.mapLibraryName("secp256k1-jni")).toAbsolutePath().toString());
      }
      return Optional.of(new NativeSecp256k1());
    } catch (IOException | LinkageError | IllegalStateException unavailable) {
      return Optional.empty();
    }
  }

  /**
   * The loader unpacks the library to a new file at each start, and looks through the folder of
   * temporary files for those that nobody deleted. So it gets a folder of its own, which is removed
   * at once: a loaded library needs its file no longer.
   */
  private static void unpack() throws IOException {
    if (System.getProperty(UNPACK_IN) != null) { // somebody knows where
      fr.acinq.secp256k1.Secp256k1.get();
      return;
    }
    Path folder = Files.createTempDirectory("secp256k1");
    System.setProperty(UNPACK_IN, folder.toString());
    try {
      fr.acinq.secp256k1.Secp256k1.get();
    } finally {
      System.clearProperty(UNPACK_IN);
      remove(folder);
    }
  }

  private static void remove(Path folder) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException inUse) {
      // Windows keeps the file of a loaded library; the loader asks for its deletion at exit.
    }
  }

  @Override
  public boolean isSecretKey(byte[] secret) {
    return secret.length == 32
        && Secp256k1CFunctions.secp256k1_ec_seckey_verify(context, secret) == 1;
  }

  @Override
  public byte[] publicKey(byte[] secret) {
    if (!isSecretKey(secret)) {
      throw new IllegalArgumentException("not a secp256k1 secret key");
    }
    return Arrays.copyOfRange(
        Secp256k1CFunctions.secp256k1_ec_pubkey_create(context, secret), 1, 33);
  }

  @Override
  public byte[] sign(byte[] message, byte[] secret, byte[] aux) {
    if (message.length != MESSAGE_BYTES) {
      return OtherLengths.PORTABLE.sign(message, secret, aux);
    }
    if (!isSecretKey(secret) || aux.length != 32) {
      throw new IllegalArgumentException("sign needs a secp256k1 secret key and 32 bytes of aux");
    }
    return Secp256k1CFunctions.secp256k1_schnorrsig_sign(context, message, secret, aux);
  }

  @Override
  public boolean verify(byte[] signature, byte[] message, byte[] publicKey) {
    if (signature.length != 64 || publicKey.length != 32) {
      return false;
    }
    if (message.length != MESSAGE_BYTES) {
      return OtherLengths.PORTABLE.verify(signature, message, publicKey);
    }
    try {
      return Secp256k1CFunctions.secp256k1_schnorrsig_verify(context, signature, message, publicKey)
          == 1;
    } catch (Secp256k1Exception offCurve) { // thrown for a public key that is no x coordinate
      return false;
    }
  }

  @Override
  public byte[] sharedX(byte[] secret, byte[] publicKey) {
    if (!isSecretKey(secret) || publicKey.length != 32) {
      throw new IllegalArgumentException("not a secp256k1 key");
    }
    byte[] compressed = new byte[33];
    compressed[0] = 2; // either point with that x leads to the same x
    System.arraycopy(publicKey, 0, compressed, 1, 32);
    try {
      return Arrays.copyOfRange(
          Secp256k1CFunctions.secp256k1_ec_pubkey_tweak_mul(context, compressed, secret), 1, 33);
    } catch (Secp256k1Exception offCurve) {
      throw new IllegalArgumentException("not a secp256k1 public key", offCurve);
    }
  }

  @Override
  public String name() {
    return "libsecp256k1";
  }

  /** Its curve takes longer to come up than a command of the CLI, and is rarely asked for. */
  private static final class OtherLengths {
    static final Secp256k1 PORTABLE = new BouncyCastleSecp256k1();
  }
}
