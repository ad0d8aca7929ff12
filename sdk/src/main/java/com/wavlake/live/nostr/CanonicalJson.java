package com.wavlake.live.nostr;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * The one JSON text of a value, as NIP-01 defines it for event ids: no white space; {@code " \ \b
 * \f \n \r \t} escaped by name, other control characters as lower-case {@code \\u00xx}, everything
 * else raw UTF-8. Events, filters and frames are written by it too.
 */
final class CanonicalJson {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] out;
  private int size;

  CanonicalJson(int capacity) {
    out = new byte[capacity];
  }

  /** SHA-256 of {@code [0,pubkey,created_at,kind,tags,content]}. */
  static byte[] digest(PublicKey author, EventTemplate event) {
    CanonicalJson json = commitment(author, event);
    MessageDigest sha256 = Sha256.start();
    sha256.update(json.out, 0, json.size);
    return sha256.digest();
  }

  /** {@code [0,pubkey,created_at,kind,tags,content]} in UTF-8. */
  static byte[] bytes(PublicKey author, EventTemplate event) {
    CanonicalJson json = commitment(author, event);
    return Arrays.copyOf(json.out, json.size);
  }

  private static CanonicalJson commitment(PublicKey author, EventTemplate event) {
    CanonicalJson json =
        new CanonicalJson(256 + event.content().length() + 48 * event.tags().size());
    json.raw("[0,\"")
        .hex(author.bytes())
        .raw("\",")
        .number(event.createdAt())
        .raw(",")
        .number(event.kind())
        .raw(",");
    return json.tags(event.tags()).raw(",").string(event.content()).raw("]");
  }

  CanonicalJson event(Event event) {
    raw("{\"id\":\"").hex(event.id().bytes()).raw("\",\"pubkey\":\"").hex(event.author().bytes());
    raw("\",\"created_at\":").number(event.createdAt()).raw(",\"kind\":").number(event.kind());
    raw(",\"tags\":").tags(event.tags()).raw(",\"content\":").string(event.content());
    return raw(",\"sig\":\"").hex(event.signature()).raw("\"}");
  }

  CanonicalJson tags(List<Tag> tags) {
    byte separator = '[';
    for (Tag tag : tags) {
      put(separator);
      strings(tag.values());
      separator = ',';
    }
    return tags.isEmpty() ? raw("[]") : raw("]");
  }

  CanonicalJson strings(Iterable<String> values) {
    put((byte) '[');
    boolean first = true;
    for (String value : values) {
      if (!first) {
        put((byte) ',');
      }
      string(value);
      first = false;
    }
    return raw("]");
  }

  CanonicalJson numbers(Iterable<? extends Number> values) {
    put((byte) '[');
    boolean first = true;
    for (Number value : values) {
      if (!first) {
        put((byte) ',');
      }
      number(value.longValue());
      first = false;
    }
    return raw("]");
  }

  CanonicalJson string(String s) {
    int length = s.length();
    ensure(length * 6 + 2);
    byte[] b = out;
    int n = size;
    b[n++] = '"';
    for (int i = 0; i < length; i++) {
      char c = s.charAt(i);
      if (c >= 0x20 && c < 0x80) {
        if (c == '"' || c == '\\') {
          b[n++] = '\\';
        }
        b[n++] = (byte) c;
      } else if (c < 0x20) {
        n = control(b, n, c);
      } else if (c < 0x800) {
        b[n++] = (byte) (0xc0 | c >> 6);
        b[n++] = (byte) (0x80 | c & 0x3f);
      } else if (!Character.isSurrogate(c)) {
        b[n++] = (byte) (0xe0 | c >> 12);
        b[n++] = (byte) (0x80 | c >> 6 & 0x3f);
        b[n++] = (byte) (0x80 | c & 0x3f);
      } else {
        if (!Character.isHighSurrogate(c)
            || i + 1 == length
            || !Character.isLowSurrogate(s.charAt(i + 1))) {
          throw new InvalidEvent("text", "an unpaired surrogate has no UTF-8 form");
        }
        int point = Character.toCodePoint(c, s.charAt(++i));
        b[n++] = (byte) (0xf0 | point >> 18);
        b[n++] = (byte) (0x80 | point >> 12 & 0x3f);
        b[n++] = (byte) (0x80 | point >> 6 & 0x3f);
        b[n++] = (byte) (0x80 | point & 0x3f);
      }
    }
    b[n++] = '"';
    size = n;
    return this;
  }

  private static int control(byte[] b, int at, char c) {
    int n = at;
    b[n++] = '\\';
    switch (c) {
      case '\b' -> b[n++] = 'b';
      case '\f' -> b[n++] = 'f';
      case '\n' -> b[n++] = 'n';
      case '\r' -> b[n++] = 'r';
      case '\t' -> b[n++] = 't';
      default -> {
        b[n++] = 'u';
        b[n++] = '0';
        b[n++] = '0';
        b[n++] = HEX[c >> 4];
        b[n++] = HEX[c & 0xf];
      }
    }
    return n;
  }

  CanonicalJson number(long value) {
    return raw(Long.toString(value));
  }

  CanonicalJson hex(byte[] bytes) {
    ensure(2 * bytes.length);
    for (byte v : bytes) {
      out[size++] = HEX[v >> 4 & 0xf];
      out[size++] = HEX[v & 0xf];
    }
    return this;
  }

  /** ASCII, written as it is. */
  CanonicalJson raw(String ascii) {
    int length = ascii.length();
    ensure(length);
    for (int i = 0; i < length; i++) {
      out[size++] = (byte) ascii.charAt(i);
    }
    return this;
  }

  private void put(byte b) {
    ensure(1);
    out[size++] = b;
  }

  private void ensure(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, Math.addExact(size, more)));
    }
  }

  @Override
  public String toString() {
    return new String(out, 0, size, StandardCharsets.UTF_8);
  }
}
