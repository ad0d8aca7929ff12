package com.wavlake.live.nostr;

import com.wavlake.live.nostr.LiveException.Category;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import nostr.crypto.bech32.Bech32;
import org.jspecify.annotations.Nullable;

/** NIP-19's bech32 texts. The codec is nostr-java's; the 5-bit regrouping and the TLV are ours. */
final class Nip19 {
  /** NIP-19's bound on the length of such a text. */
  private static final int MAX_CHARACTERS = 5_000;

  private static final int TLV_SPECIAL = 0;
  private static final int TLV_RELAY = 1;
  private static final int TLV_AUTHOR = 2;
  private static final int TLV_KIND = 3;

  private Nip19() {}

  static String encode(String prefix, byte[] data) {
    try {
      return Bech32.encode(Bech32.Encoding.BECH32, prefix, regroup(data, 8, 5, true));
    } catch (Exception e) { // nostr-java declares nothing narrower
      throw new IllegalStateException("bech32 of " + prefix, e);
    }
  }

  static byte[] decode(String prefix, String text) {
    String bare = text.regionMatches(true, 0, "nostr:", 0, 6) ? text.substring(6) : text;
    if (bare.length() > MAX_CHARACTERS || !bare.toLowerCase(Locale.ROOT).startsWith(prefix + "1")) {
      throw new InvalidEvent(prefix, "expected " + prefix + "1…");
    }
    Bech32.Bech32Data decoded;
    try {
      decoded = Bech32.decode(bare);
    } catch (Exception e) { // nostr-java declares nothing narrower
      throw new InvalidEvent(prefix, "not bech32: a mistyped or cut character");
    }
    if (decoded.encoding != Bech32.Encoding.BECH32 || !decoded.hrp.equals(prefix)) {
      throw new InvalidEvent(prefix, "expected " + prefix + "1…");
    }
    return regroup(decoded.data, 5, 8, false);
  }

  static byte[] decode32(String prefix, String text) {
    byte[] data = decode(prefix, text);
    if (data.length != 32) {
      throw new InvalidEvent(prefix, data.length + " bytes, not 32");
    }
    return data;
  }

  static String naddr(EventAddress address) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    tlv(out, TLV_SPECIAL, address.identifier().getBytes(StandardCharsets.UTF_8));
    address.relays().forEach(relay -> tlv(out, TLV_RELAY, relay.getBytes(StandardCharsets.UTF_8)));
    tlv(out, TLV_AUTHOR, address.author().bytes());
    tlv(out, TLV_KIND, ByteBuffer.allocate(4).putInt(address.kind()).array());
    return encode("naddr", out.toByteArray());
  }

  static EventAddress parseNaddr(String text) {
    byte[] data = decode("naddr", text);
    String identifier = null;
    PublicKey author = null;
    Integer kind = null;
    List<String> relays = new ArrayList<>();
    for (int at = 0; at < data.length; ) {
      if (at + 2 > data.length || at + 2 + (data[at + 1] & 0xff) > data.length) {
        throw new InvalidEvent("naddr", "cut short");
      }
      int type = data[at];
      int length = data[at + 1] & 0xff;
      ByteBuffer value = ByteBuffer.wrap(data, at + 2, length).slice();
      at += 2 + length;
      switch (type) {
        case TLV_SPECIAL -> identifier = StandardCharsets.UTF_8.decode(value).toString();
        case TLV_RELAY -> relays.add(StandardCharsets.UTF_8.decode(value).toString());
        case TLV_AUTHOR -> {
          byte[] key = new byte[length];
          value.get(key);
          author = PublicKey.of(key);
        }
        case TLV_KIND -> {
          if (length != 4) {
            throw new InvalidEvent("naddr", "kind of " + length + " bytes, not 4");
          }
          kind = value.getInt();
        }
        default -> {} // NIP-19: unknown types are ignored
      }
    }
    return new EventAddress(
        present(kind, "kind"),
        present(author, "author"),
        present(identifier, "identifier"),
        relays);
  }

  private static <T> T present(@Nullable T value, String part) {
    if (value == null) {
      throw new InvalidEvent("naddr", "has no " + part);
    }
    return value;
  }

  private static void tlv(ByteArrayOutputStream out, int type, byte[] value) {
    if (value.length > 255) {
      throw new LiveException(
          Category.INVALID, "naddr: a part is " + value.length + " bytes, over 255");
    }
    out.write(type);
    out.write(value.length);
    out.writeBytes(value);
  }

  private static byte[] regroup(byte[] in, int from, int to, boolean pad) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(in.length * from / to + 1);
    int bits = 0;
    int held = 0;
    for (byte b : in) {
      held = (held << from | b & (1 << from) - 1) & 0xfff;
      bits += from;
      while (bits >= to) {
        bits -= to;
        out.write(held >> bits & (1 << to) - 1);
      }
    }
    if (pad && bits > 0) {
      out.write(held << to - bits & (1 << to) - 1);
    } else if (!pad && (bits >= from || (held & (1 << bits) - 1) != 0)) {
      throw new InvalidEvent("bech32", "padding is not zero");
    }
    return out.toByteArray();
  }
}
