package com.wavlake.ingest.rtmp;

import com.wavlake.ingest.amf.Amf0;
import com.wavlake.ingest.amf.AmfException;
import com.wavlake.ingest.amf.AmfValue;
import com.wavlake.ingest.rtmp.PublishGate.Publication;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One encoder's connection from handshake to end, read from top to bottom by one thread. It knows
 * no socket: streams come in, deadlines are its {@link Transport}'s.
 */
public final class RtmpServerConnection {
  /** The largest audio or video message, in bytes. */
  public static final int MAX_MEDIA = 8 << 20;

  /** The largest command or data message, in bytes. */
  public static final int MAX_COMMAND = 64 << 10;

  /** The largest message of any kind before the key was accepted, in bytes. */
  public static final int MAX_BEFORE_PUBLISH = 16 << 10;

  private static final int WINDOW = 2_500_000;
  private static final int PEER_BANDWIDTH_DYNAMIC = 2;
  private static final int OUT_CHUNK = 60_000;
  private static final int CSID_COMMAND = 3;
  private static final int CSID_STREAM = 5;
  private static final int STREAM_ID = 1;
  private static final int PING_REQUEST = 6;
  private static final int PING_RESPONSE = 7;
  private static final int STREAM_BEGIN = 0;
  private static final Logger log = LoggerFactory.getLogger(RtmpServerConnection.class);
  private static final Duration GATHER = Duration.ofMillis(100);
  private static final long REPORT_NANOS = 1_000_000_000L;
  private static final int REPORT_BYTES = 16 << 10;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  /** What the socket underneath can do. */
  public interface Transport extends Closeable {
    /** Why a transport closes itself. */
    enum Reason {
      /** It does not. */
      NOTHING,
      /** Its deadline is over. */
      DEADLINE,
      /** Nothing came for too long, or nothing was read. */
      SILENCE,
      /** The server goes down: nothing more is read, and a last word can still be said. */
      GOING_DOWN
    }

    /** Closes itself when nothing comes for so long from now on. */
    void silence(Duration longest);

    /** Closes itself after this time, unless told another before; zero for never. */
    void deadline(Duration left);

    /** Why it closed itself. */
    Reason closedFor();

    /** Whether nothing more has come, as far as a read that brought little does not say it. */
    boolean isDrained();

    /** The peer's IP address. */
    String peer();
  }

  private final InputStream in;
  private final ChunkWriter out;
  private final OutputStream rawOut;
  private final Transport transport;
  private final PublishGate gate;
  private final RtmpLimits limits;
  private final ChunkReader reader;

  private @Nullable Publication publication;
  private @Nullable FlvDemuxer demuxer;
  private boolean stopped;
  private String app = "";
  private long acknowledged;
  private long reported;
  private long reportedAt = System.nanoTime();
  private long window = WINDOW;

  /** A connection whose sockets are open. */
  public RtmpServerConnection(
      InputStream in, OutputStream out, Transport transport, PublishGate gate, RtmpLimits limits) {
    this.in = in;
    this.rawOut = new BufferedOutputStream(out, 8 << 10);
    this.out = new ChunkWriter(rawOut);
    this.transport = transport;
    this.gate = gate;
    this.limits = limits;
    this.reader = new ChunkReader(in, this::maxBytes, GATHER.toNanos());
  }

  /**
   * Runs until the connection ends.
   *
   * @return why it ended, in words, for the log
   */
  public String run() {
    String reason;
    try {
      Handshake.accept(in, rawOut);
      transport.deadline(limits.publish());
      while (!stopped) {
        handle(reader.next());
      }
      reason = "stopped by the encoder";
    } catch (IOException e) {
      String detail = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      reason =
          switch (transport.closedFor()) {
            case DEADLINE -> "no publish in time";
            case SILENCE -> "silent for " + limits.silence().toSeconds() + " s";
            case GOING_DOWN -> farewell();
            case NOTHING -> detail;
          };
    } catch (PublishRefused e) {
      reason = "refused: " + e.getMessage();
    } catch (RtmpException | AmfException e) {
      reason = "not understood: " + e.getMessage();
    } catch (RuntimeException
        | OutOfMemoryError e) { // the ending below must be told, whatever went wrong here
      log.error("an encoder's connection failed", e);
      reason = "a fault of ours";
    }
    if (publication != null) {
      report();
      if (stopped) {
        publication.unpublished();
      } else {
        publication.lost(reason);
      }
    }
    return reason;
  }

  private String farewell() {
    try {
      status(
          "error",
          "NetConnection.Connect.AppShutdown",
          "The server is going down. Your stream is waited for: connect again in a moment.");
    } catch (IOException e) {
      log.debug("{}: gone before the server was: {}", transport.peer(), e.getMessage());
    }
    return "the server goes down";
  }

  private int maxBytes(int type) {
    if (publication == null) {
      return MAX_BEFORE_PUBLISH;
    }
    return type == RawMessage.AUDIO || type == RawMessage.VIDEO ? MAX_MEDIA : MAX_COMMAND;
  }

  private void handle(RawMessage message) throws IOException, PublishRefused {
    switch (message.type()) {
      case RawMessage.VIDEO -> {
        if (demuxer != null) {
          pass(message);
          demuxer.video(message.timestamp(), message.payload());
        }
      }
      case RawMessage.AUDIO -> {
        if (demuxer != null) {
          pass(message);
          demuxer.audio(message.timestamp(), message.payload());
        }
      }
      case RawMessage.COMMAND_AMF0, RawMessage.COMMAND_AMF3 -> command(Command.decode(message));
      case RawMessage.DATA_AMF0, RawMessage.DATA_AMF3 -> {
        if (demuxer != null) {
          if (message.type() == RawMessage.DATA_AMF3 && message.payload().hasRemaining()) {
            message.payload().get();
          }
          pass(message);
          data(demuxer, message.payload());
        }
      }
      case RawMessage.WINDOW_ACK_SIZE -> {
        if (message.payload().remaining() >= 4) {
          window = Math.max(1 << 16, Integer.toUnsignedLong(message.payload().getInt()));
        }
      }
      case RawMessage.USER_CONTROL -> userControl(message.payload());
      default -> {} // Acknowledgement, Set Peer Bandwidth, and types nobody knows: nothing to do
    }
    if (reader.received() - acknowledged >= window) {
      acknowledged = reader.received();
      out.control(RawMessage.ACKNOWLEDGEMENT, (int) acknowledged);
      out.flush();
    }
    long since = System.nanoTime() - reportedAt;
    if (reader.received() - reported >= REPORT_BYTES || since > REPORT_NANOS) {
      report();
    }
  }

  private void pass(RawMessage message) {
    if (publication == null) {
      return;
    }
    int type = message.type() == RawMessage.DATA_AMF3 ? RawMessage.DATA_AMF0 : message.type();
    if (publication.wantsTags() || FlvTag.mayDescribe(type, message.payload())) {
      publication.tag(new FlvTag(type, message.timestamp(), message.payload().slice()));
    }
  }

  /** Metadata that cannot be read is no reason to lose a stream. */
  private static void data(FlvDemuxer demuxer, ByteBuffer payload) {
    try {
      demuxer.data(Amf0.decode(payload));
    } catch (AmfException e) {
      log.debug("metadata left aside: {}", e.getMessage());
    }
  }

  private void report() {
    if (publication != null) {
      publication.received(reader.received() - reported);
    }
    reported = reader.received();
    reportedAt = System.nanoTime();
  }

  private void userControl(ByteBuffer payload) throws IOException {
    if (payload.remaining() >= 6 && payload.getShort() == PING_REQUEST) {
      int time = payload.getInt();
      byte[] pong = ByteBuffer.allocate(6).putShort((short) PING_RESPONSE).putInt(time).array();
      out.write(2, RawMessage.USER_CONTROL, 0, 0, pong);
      out.flush();
    }
  }

  private void command(Command command) throws IOException, PublishRefused {
    switch (command.name()) {
      case "connect" -> connect(command);
      case "createStream" ->
          answer(
              Command.of(
                  "_result", command.transaction(), AmfValue.Null.NULL, AmfValue.of(STREAM_ID)));
      case "publish" -> publish(command);
      case "FCUnpublish", "deleteStream", "closeStream" -> stopped = publication != null;
      case "FCPublish" -> {
        answer(Command.of("onFCPublish", 0, AmfValue.Null.NULL));
        answer(
            Command.of("_result", command.transaction(), AmfValue.Null.NULL, AmfValue.Null.NULL));
      }
      case "releaseStream", "_checkbw" ->
          answer(
              Command.of("_result", command.transaction(), AmfValue.Null.NULL, AmfValue.Null.NULL));
      case "play" -> throw new PublishRefused("this server takes RTMP in only; watch over HLS");
      default -> {} // getStreamLength, |RtmpSampleAccess and the like: encoders do not wait for an
        // answer
    }
  }

  private void connect(Command command) throws IOException {
    app = command.argument(0).property("app").asText();
    out.control(RawMessage.WINDOW_ACK_SIZE, WINDOW);
    byte[] bandwidth =
        ByteBuffer.allocate(5).putInt(WINDOW).put((byte) PEER_BANDWIDTH_DYNAMIC).array();
    out.write(2, RawMessage.SET_PEER_BANDWIDTH, 0, 0, bandwidth);
    out.setChunkSize(OUT_CHUNK);
    answer(
        Command.of(
            "_result",
            command.transaction(),
            AmfValue.object("fmsVer", "FMS/3,5,7,7009", "capabilities", 31, "mode", 1),
            AmfValue.object(
                "level", "status",
                "code", "NetConnection.Connect.Success",
                "description", "Connection succeeded.",
                "objectEncoding", 0)));
  }

  private void publish(Command command) throws IOException, PublishRefused {
    if (publication != null) {
      throw new RtmpException("publish twice on one connection");
    }
    String key = keyOf(command.argument(1).asText());
    Publication admitted;
    try {
      if (key.isEmpty()) {
        throw new PublishRefused(
            "The stream key is missing. Copy it from 'wlk obs show' into your encoder.");
      }
      admitted = gate.admit(key, transport.peer(), transport);
    } catch (PublishRefused e) {
      status("error", "NetStream.Publish.BadName", String.valueOf(e.getMessage()));
      throw e;
    } catch (RuntimeException e) {
      status(
          "error",
          "NetStream.Publish.Denied",
          "The server cannot look up stream keys just now. Try again.");
      throw e;
    }
    publication = admitted;
    demuxer = new FlvDemuxer(admitted);
    byte[] begin = ByteBuffer.allocate(6).putShort((short) STREAM_BEGIN).putInt(STREAM_ID).array();
    out.write(2, RawMessage.USER_CONTROL, 0, 0, begin);
    status("status", "NetStream.Publish.Start", "You are connected.");
    transport.deadline(Duration.ZERO);
    transport.silence(limits.silence());
    reader.gather(transport::isDrained);
  }

  /**
   * The key stands in the name, before a query, or behind the app ({@code rtmp://host/live/key}
   * with an empty name).
   */
  private String keyOf(String name) {
    String candidate = name.isEmpty() ? app.substring(app.indexOf('/') + 1) : name;
    int query = candidate.indexOf('?');
    String bare = query < 0 ? candidate : candidate.substring(0, query);
    return NAME.matcher(bare).matches() && !(name.isEmpty() && app.indexOf('/') < 0) ? bare : "";
  }

  private void status(String level, String code, String description) throws IOException {
    Command status =
        Command.of(
            "onStatus",
            0,
            AmfValue.Null.NULL,
            AmfValue.object("level", level, "code", code, "description", description));
    out.write(CSID_STREAM, RawMessage.COMMAND_AMF0, STREAM_ID, 0, status.encode());
    out.flush();
  }

  private void answer(Command command) throws IOException {
    out.write(CSID_COMMAND, RawMessage.COMMAND_AMF0, 0, 0, command.encode());
    out.flush();
  }
}
