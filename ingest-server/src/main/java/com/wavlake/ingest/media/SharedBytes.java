package com.wavlake.ingest.media;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Bytes outside the heap, shared by reference: written once, sent by any number of readers at once,
 * and given back to a pool when the last of them lets go. Garbage collection does not free them in
 * time: what lives for seconds is promoted, and a server that has nothing else to collect would
 * grow.
 */
public final class SharedBytes {
  private static final PooledByteBufAllocator POOL = new PooledByteBufAllocator(true);

  private static final LongAdder HELD = new LongAdder();

  private final ByteBuf memory;
  private final AtomicInteger holders = new AtomicInteger(1); // the pool may reuse its own objects

  private SharedBytes(ByteBuf memory) {
    this.memory = memory;
  }

  /** So many bytes, which {@code writer} fills; held by the caller. */
  public static SharedBytes of(int size, Consumer<ByteBuffer> writer) {
    ByteBuf memory = POOL.directBuffer(size, size);
    boolean whole = false;
    try {
      writer.accept(memory.nioBuffer(0, size));
      whole = true;
    } finally {
      if (!whole) {
        memory.release();
      }
    }
    HELD.add(size);
    return new SharedBytes(memory);
  }

  /** How many. */
  public int size() {
    return memory.capacity();
  }

  /** Holds them; false when they were given back already. */
  public boolean retain() {
    int now = holders.get();
    while (now > 0 && !holders.compareAndSet(now, now + 1)) {
      now = holders.get();
    }
    return now > 0;
  }

  /**
   * Lets go, once for each time they were held.
   *
   * @throws IllegalStateException when nobody held them
   */
  public void release() {
    int left = holders.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("let go of more often than held");
    }
    if (left == 0) {
      HELD.add(-size());
      memory.release();
    }
  }

  /** A view to read from, of use while they are held. */
  public ByteBuffer bytes() {
    return memory.nioBuffer(0, memory.capacity());
  }

  /** Bytes of all that are held by anybody. */
  public static long held() {
    return HELD.sum();
  }
}
