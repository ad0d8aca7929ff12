package com.wavlake.ingest.amf;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Action Message Format 0: decode and encode. Bounded: depth, number of values, lengths checked
 * against what is left.
 *
 * @see <a href="https://rtmp.veriskope.com/pdf/amf0-file-format-specification.pdf">AMF0
 *     specification</a>
 */
public final class Amf0 {
  /** How deep values may be nested. */
  public static final int MAX_DEPTH = 32;

  /** How many values one message may hold. */
  public static final int MAX_VALUES = 1_024;

  /** How long a string may be, in bytes. */
  public static final int MAX_STRING = 64 << 10;

  private static final int NUMBER = 0;
  private static final int BOOLEAN = 1;
  private static final int STRING = 2;
  private static final int OBJECT = 3;
  private static final int NULL = 5;
  private static final int UNDEFINED = 6;
  private static final int ECMA_ARRAY = 8;
  private static final int OBJECT_END = 9;
  private static final int STRICT_ARRAY = 10;
  private static final int DATE = 11;
  private static final int LONG_STRING = 12;

  private final ByteBuffer in;
  private int values;

  private Amf0(ByteBuffer in) {
    this.in = in;
  }

  /** All values up to the buffer's limit. */
  public static List<AmfValue> decode(ByteBuffer in) {
    Amf0 decoder = new Amf0(in);
    List<AmfValue> out = new ArrayList<>();
    while (in.hasRemaining()) {
      out.add(decoder.value(0));
    }
    return out;
  }

  private AmfValue value(int depth) {
    if (depth > MAX_DEPTH || ++values > MAX_VALUES) {
      throw new AmfException(
          depth > MAX_DEPTH ? "nested too deep" : "too many values", in.position());
    }
    int marker = need(1).get() & 0xff;
    return switch (marker) {
      case NUMBER -> new AmfValue.Num(need(8).getDouble());
      case BOOLEAN -> new AmfValue.Bool(need(1).get() != 0);
      case STRING -> new AmfValue.Str(utf8(need(2).getShort() & 0xffff));
      case LONG_STRING -> new AmfValue.Str(utf8(need(4).getInt()));
      case OBJECT -> new AmfValue.Obj(properties(depth));
      case ECMA_ARRAY -> {
        need(4).getInt(); // a hint that encoders get wrong: the end marker decides
        yield new AmfValue.Obj(properties(depth));
      }
      case STRICT_ARRAY -> {
        int count = need(4).getInt();
        if (count < 0 || count > in.remaining()) {
          throw new AmfException("array of " + count, in.position());
        }
        List<AmfValue> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          elements.add(value(depth + 1));
        }
        yield new AmfValue.Array(elements);
      }
      case DATE -> {
        double millis = need(8).getDouble();
        need(2).getShort(); // time zone, reserved
        yield new AmfValue.Num(millis);
      }
      case NULL, UNDEFINED -> AmfValue.Null.NULL;
      default -> throw new AmfException("marker " + marker, in.position() - 1);
    };
  }

  private Map<String, AmfValue> properties(int depth) {
    Map<String, AmfValue> properties = new LinkedHashMap<>();
    while (in.hasRemaining()) { // ffmpeg's and others' last object may lack its end marker
      String name = utf8(need(2).getShort() & 0xffff);
      if (name.isEmpty() && in.hasRemaining() && in.get(in.position()) == OBJECT_END) {
        in.get();
        break;
      }
      properties.put(name, value(depth + 1));
    }
    return properties;
  }

  private String utf8(int length) {
    if (length < 0 || length > MAX_STRING) {
      throw new AmfException("string of " + length + " bytes", in.position());
    }
    need(length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private ByteBuffer need(int bytes) {
    if (in.remaining() < bytes) {
      throw new AmfException("cut short", in.position());
    }
    return in;
  }

  /** The values one after the other. */
  public static byte[] encode(AmfValue... values) {
    Writer out = new Writer();
    for (AmfValue value : values) {
      out.value(value);
    }
    return out.toBytes();
  }

  private static final class Writer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    void value(AmfValue value) {
      try {
        switch (value) {
          case AmfValue.Num(double number) -> {
            out.writeByte(NUMBER);
            out.writeDouble(number);
          }
          case AmfValue.Bool(boolean bool) -> {
            out.writeByte(BOOLEAN);
            out.writeBoolean(bool);
          }
          case AmfValue.Str(String text) -> {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            if (utf8.length > 0xffff) {
              out.writeByte(LONG_STRING);
              out.writeInt(utf8.length);
            } else {
              out.writeByte(STRING);
              out.writeShort(utf8.length);
            }
            out.write(utf8);
          }
          case AmfValue.Obj(Map<String, AmfValue> properties) -> {
            out.writeByte(OBJECT);
            for (Map.Entry<String, AmfValue> property : properties.entrySet()) {
              byte[] name = property.getKey().getBytes(StandardCharsets.UTF_8);
              out.writeShort(name.length);
              out.write(name);
              value(property.getValue());
            }
            out.writeShort(0);
            out.writeByte(OBJECT_END);
          }
          case AmfValue.Array(List<AmfValue> elements) -> {
            out.writeByte(STRICT_ARRAY);
            out.writeInt(elements.size());
            elements.forEach(this::value);
          }
          case AmfValue.Null _ -> out.writeByte(NULL);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e); // memory does not fail
      }
    }

    byte[] toBytes() {
      return bytes.toByteArray();
    }
  }
}
