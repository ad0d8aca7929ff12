package com.wavlake.benchmarks;

import com.wavlake.live.nostr.Event;
import fr.acinq.secp256k1.Secp256k1;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import nostr.crypto.schnorr.Schnorr;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A chat event from its JSON to "its author signed this", beside bare signature checks. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class VerifyBenchmark {
  private static final com.wavlake.live.crypto.Secp256k1 PORTABLE =
      com.wavlake.live.crypto.Secp256k1.portable();

  private final Event event;
  private final String json;
  private final byte[] id;
  private final byte[] author;
  private final byte[] signature;

  /** One chat message of a usual size. */
  public VerifyBenchmark() {
    event = ChatEvents.make(1).getFirst();
    json = event.toJson();
    id = event.id().toBytes();
    author = event.author().toBytes();
    signature = HexFormat.of().parseHex(event.sig());
  }

  /** Ours: parse, id, signature. */
  @Benchmark
  public boolean parseAndVerify() {
    return Event.parse(json).verify();
  }

  /** Ours without the signature. */
  @Benchmark
  public boolean parseAndId() {
    return Event.parse(json).hasValidId();
  }

  /** The floor: libsecp256k1 through the same JNI. */
  @Benchmark
  public boolean bareNativeSignature() {
    return Secp256k1.get().verifySchnorr(signature, id, author);
  }

  /** The fallback: BouncyCastle's curve. */
  @Benchmark
  public boolean bouncyCastleSignature() {
    return PORTABLE.verify(signature, id, author);
  }

  /** The peer: nostr-java's check of the same signature. */
  @Benchmark
  @Measurement(iterations = 3, time = 2)
  public boolean nostrJavaSignature() throws Exception {
    return Schnorr.verify(id, author, signature);
  }
}
