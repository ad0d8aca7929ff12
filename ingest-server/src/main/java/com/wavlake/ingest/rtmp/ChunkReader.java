package com.wavlake.ingest.rtmp;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chunks to messages, RTMP 1.0 §5.3. Reads much at a time into its own buffer, parses in place, and
 * copies each payload byte once, into the array that leaves. For one thread.
 */
final class ChunkReader {
  static final int MIN_CHUNK = 128;
  static final int MAX_CHUNK = 16 << 20;
  static final int MAX_CHUNK_STREAMS = 64;
  private static final int BUFFER = 64 << 10;
  private static final int ONE_BYTE_IDS = 64;
  private static final int FIRST_ALLOCATION = 4 << 10;
  private static final int GROWS_AT_ONCE = 512 << 10;
  private static final int MAX_PARTIAL_MESSAGES = 16 << 20;
  private static final int EXTENDED = 0xff_ffff;

  /** What a message may weigh, by type and by how far the peer has come. */
  interface Limits {
    int maxBytes(int type);
  }

  private final InputStream in;
  private final Limits limits;
  private final long gatherNanos;
  private final @Nullable ChunkStream[] near = new ChunkStream[ONE_BYTE_IDS];
  private final Map<Integer, ChunkStream> far = new HashMap<>();
  private int count;

  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private long received;
  private boolean gathering;
  private BooleanSupplier drained = () -> true;

  private int chunkSize = 128;
  private ChunkStream current = new ChunkStream(0);
  private int chunkLeft;
  private boolean inChunk;
  private long partial;

  /**
   * A reader of {@code in}.
   *
   * @param gatherNanos how long to let bytes gather before the next read once {@link #gather} was
   *     called; 0 for not at all
   */
  ChunkReader(InputStream in, Limits limits, long gatherNanos) {
    this.in = in;
    this.limits = limits;
    this.gatherNanos = gatherNanos;
  }

  /**
   * From now on the peer sends a steady flow: fewer, larger reads cost far less.
   *
   * @param nothingIsLeft whether all that has come was read; asked after a read that brought
   *     little, which is a sign of that for a TCP socket, and none within TLS, where a read brings
   *     a record
   */
  void gather(BooleanSupplier nothingIsLeft) {
    gathering = true;
    drained = nothingIsLeft;
  }

  /** Bytes received since the beginning, handshake aside. */
  long received() {
    return received;
  }

  /**
   * The next message. Control messages of the chunk stream itself (Set Chunk Size, Abort) are
   * carried out and skipped.
   */
  RawMessage next() throws IOException {
    while (true) {
      RawMessage message = parse();
      if (message == null) {
        fill();
      } else if (message.type() == RawMessage.SET_CHUNK_SIZE) {
        setChunkSize(message.payload());
      } else if (message.type() == RawMessage.ABORT) {
        if (message.payload().remaining() >= 4) {
          ChunkStream aborted = find(message.payload().getInt());
          if (aborted != null && aborted.filled >= 0) {
            partial -= aborted.filled;
            aborted.filled = -1;
          }
        }
      } else {
        return message;
      }
    }
  }

  private void fill() throws IOException {
    if (position > 0) {
      System.arraycopy(buffer, position, buffer, 0, limit - position);
      limit -= position;
      position = 0;
    }
    int read = in.read(buffer, limit, buffer.length - limit);
    if (read < 0) {
      throw new EOFException("closed by the encoder");
    }
    limit += read;
    received += read;
    if (gathering && gatherNanos > 0) {
      if (read < buffer.length / 2 && drained.getAsBoolean()) {
        LockSupport.parkNanos(untilNextRound());
      }
    }
  }

  /** All connections wait for the same moments: one timer wakes one thread for all of them. */
  private long untilNextRound() {
    return gatherNanos - Math.floorMod(System.nanoTime(), gatherNanos);
  }

  /** Null when more bytes are needed. */
  private @Nullable RawMessage parse() {
    while (true) {
      if (!inChunk) {
        int start = position;
        if (!parseContinuation() && !parseHeader()) {
          position = start;
          return null;
        }
        inChunk = true;
      }
      int n = Math.min(chunkLeft, limit - position);
      current.append(buffer, position, n);
      partial += n;
      if (partial > MAX_PARTIAL_MESSAGES) {
        throw new RtmpException("over " + MAX_PARTIAL_MESSAGES + " bytes of unfinished messages");
      }
      position += n;
      chunkLeft -= n;
      if (chunkLeft > 0) {
        return null;
      }
      inChunk = false;
      if (current.filled == current.length) {
        partial -= current.length;
        return current.take();
      }
    }
  }

  /** Nearly every chunk of an encoder with small chunks: one byte, and more of the same message. */
  private boolean parseContinuation() {
    if (position == limit
        || current.filled < 0
        || current.field == EXTENDED
        || buffer[position] != current.continuation) {
      return false;
    }
    position++;
    chunkLeft = Math.min(chunkSize, current.length - current.filled);
    return true;
  }

  private boolean parseHeader() {
    if (limit - position < 1) {
      return false;
    }
    int first = buffer[position++] & 0xff;
    int format = first >> 6;
    int id = first & 0x3f;
    if (id < 2) {
      int more = id + 1;
      if (limit - position < more) {
        return false;
      }
      id = 64 + (buffer[position] & 0xff) + (more == 2 ? (buffer[position + 1] & 0xff) << 8 : 0);
      position += more;
    }
    int headerBytes = format == 0 ? 11 : format == 1 ? 7 : format == 2 ? 3 : 0;
    if (limit - position < headerBytes) {
      return false;
    }
    ChunkStream stream = find(id);
    int field = headerBytes > 0 ? int24(position) : stream == null ? 0 : stream.field;
    boolean extended = field == EXTENDED;
    if (extended && limit - position < headerBytes + 4) {
      return false;
    }
    if (stream == null) {
      if (format == 3) {
        throw new RtmpException("chunk stream " + id + " begins with a chunk without header");
      }
      if (count >= MAX_CHUNK_STREAMS) {
        throw new RtmpException("over " + MAX_CHUNK_STREAMS + " chunk streams");
      }
      stream = new ChunkStream(id);
      count++;
      if (id < ONE_BYTE_IDS) {
        near[id] = stream;
      } else {
        far.put(id, stream);
      }
    }
    if (format == 0 || format == 1) {
      stream.length = int24(position + 3);
      stream.type = buffer[position + 6] & 0xff;
    }
    position += headerBytes;
    if (format == 3) {
      if (extended) {
        // OBS and ffmpeg repeat the extended timestamp here, old encoders do not: it is one only if
        // it is the same
        position += int32(position) == stream.time ? 4 : 0;
      }
    } else {
      stream.field = field;
      stream.time = extended ? int32(position) : field;
      position += extended ? 4 : 0;
    }
    if (format != 3
        || stream.filled < 0) { // a new message; otherwise this chunk continues the one under way
      partial -=
          Math.max(0, stream.filled); // a new header amid a message: what there was of it is void
      stream.timestamp = format == 0 ? stream.time : stream.timestamp + stream.time;
      stream.begin(limits.maxBytes(stream.type));
    }
    current = stream;
    chunkLeft = Math.min(chunkSize, stream.length - stream.filled);
    return true;
  }

  private @Nullable ChunkStream find(int id) {
    return id >= 0 && id < ONE_BYTE_IDS ? near[id] : far.get(id);
  }

  private void setChunkSize(ByteBuffer payload) {
    int size = payload.remaining() >= 4 ? payload.getInt() : 0;
    if (size < MIN_CHUNK || size > MAX_CHUNK) {
      throw new RtmpException("chunk size " + size + " is not in " + MIN_CHUNK + " … " + MAX_CHUNK);
    }
    chunkSize = size;
  }

  private int int24(int at) {
    return (buffer[at] & 0xff) << 16 | (buffer[at + 1] & 0xff) << 8 | buffer[at + 2] & 0xff;
  }

  private int int32(int at) {
    return buffer[at] << 24 | int24(at + 1);
  }

  /** What one chunk stream remembers between chunks. */
  private static final class ChunkStream {
    /** The first byte of a chunk without header; 0, which is none, where that takes more bytes. */
    private final byte continuation;

    private int field;
    private int time;
    private int timestamp;
    private int length;
    private int type;
    private byte[] payload = new byte[0];
    private int filled = -1;

    ChunkStream(int id) {
      continuation = id >= 2 && id < ONE_BYTE_IDS ? (byte) (3 << 6 | id) : 0;
    }

    void begin(int max) {
      if (length > max) {
        throw new RtmpException(
            "message of type " + type + " has " + length + " bytes, over " + max);
      }
      payload = new byte[Math.min(length, FIRST_ALLOCATION)]; // a claimed length is not yet memory
      filled = 0;
    }

    void append(byte[] from, int at, int n) {
      if (filled + n > payload.length) {
        int more =
            length <= GROWS_AT_ONCE
                ? length
                : Math.min(length, Math.max(2 * payload.length, filled + n));
        payload = Arrays.copyOf(payload, more);
      }
      System.arraycopy(from, at, payload, filled, n);
      filled += n;
    }

    RawMessage take() {
      RawMessage message = new RawMessage(type, timestamp, ByteBuffer.wrap(payload));
      filled = -1;
      payload = new byte[0];
      return message;
    }
  }
}
