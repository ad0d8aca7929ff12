package com.wavlake.live.nostr;

import com.wavlake.live.nostr.LiveException.Category;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** NIP-19's texts: bare 32 bytes, and those of type, length, value. */
final class Nip19 {
  /** As text they stay within NIP-19's bound, with what follows the hints. */
  private static final int MAX_HINTED_BYTES = 2_900;

  private static final int TLV_SPECIAL = 0;
  private static final int TLV_RELAY = 1;
  private static final int TLV_AUTHOR = 2;
  private static final int TLV_KIND = 3;

  private Nip19() {}

  /** Without {@code nostr:} in front, if it was there (NIP-21). */
  static String bare(String text) {
    return text.regionMatches(true, 0, "nostr:", 0, 6) ? text.substring(6) : text;
  }

  static byte[] decode(String prefix, String text) {
    return Bech32.decode(prefix, bare(text));
  }

  static byte[] decode32(String prefix, String text) {
    byte[] data = decode(prefix, text);
    if (data.length != 32) {
      throw new InvalidEvent(prefix, data.length + " bytes, not 32");
    }
    return data;
  }

  static String nprofile(ProfilePointer profile) {
    return Bech32.encode(
        "nprofile", new Writer("nprofile", profile.key().bytes(), profile.relays()).bytes());
  }

  static ProfilePointer parseNprofile(String text) {
    Reader in = new Reader("nprofile", text);
    return new ProfilePointer(PublicKey.of(in.special()), in.relays);
  }

  static String nevent(EventPointer event) {
    Writer out = new Writer("nevent", event.id().bytes(), event.relays());
    event.author().ifPresent(author -> out.put(TLV_AUTHOR, author.bytes()));
    event.kind().ifPresent(out::kind);
    return Bech32.encode("nevent", out.bytes());
  }

  static EventPointer parseNevent(String text) {
    Reader in = new Reader("nevent", text);
    return new EventPointer(
        EventId.of(in.special()), in.relays, Optional.ofNullable(in.author), in.kind);
  }

  static String naddr(EventAddress address) {
    byte[] identifier = address.identifier().getBytes(StandardCharsets.UTF_8);
    Writer out = new Writer("naddr", identifier, address.relays());
    out.put(TLV_AUTHOR, address.author().bytes());
    out.kind(address.kind());
    return Bech32.encode("naddr", out.bytes());
  }

  static EventAddress parseNaddr(String text) {
    Reader in = new Reader("naddr", text);
    if (in.author == null) {
      throw new InvalidEvent("naddr", "has no author");
    }
    return new EventAddress(
        in.kind.orElseThrow(() -> new InvalidEvent("naddr", "has no kind")),
        in.author,
        new String(in.special(), StandardCharsets.UTF_8),
        in.relays);
  }

  private static final class Writer {
    private final String prefix;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Writer(String prefix, byte[] special, List<String> relays) {
      this.prefix = prefix;
      put(TLV_SPECIAL, special);
      relays.forEach(this::hint);
    }

    /** A hint that does not fit is left out: without it the text is as good. */
    private void hint(String relay) {
      byte[] utf8 = relay.getBytes(StandardCharsets.UTF_8);
      if (utf8.length <= 255 && out.size() + utf8.length < MAX_HINTED_BYTES) {
        put(TLV_RELAY, utf8);
      }
    }

    void put(int type, byte[] value) {
      if (value.length > 255) {
        throw new LiveException(
            Category.INVALID, prefix + ": a part is " + value.length + " bytes, over 255");
      }
      out.write(type);
      out.write(value.length);
      out.writeBytes(value);
    }

    void kind(int kind) {
      put(TLV_KIND, ByteBuffer.allocate(4).putInt(kind).array());
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  /** What stood in the text; unknown types are ignored, as NIP-19 says. */
  private static final class Reader {
    private final String prefix;
    private final List<String> relays = new ArrayList<>();
    private byte @Nullable [] special;
    private @Nullable PublicKey author;
    private OptionalInt kind = OptionalInt.empty();

    Reader(String prefix, String text) {
      this.prefix = prefix;
      byte[] data = decode(prefix, text);
      for (int at = 0; at < data.length; ) {
        if (at + 2 > data.length || at + 2 + (data[at + 1] & 0xff) > data.length) {
          throw new InvalidEvent(prefix, "cut short");
        }
        byte[] value = new byte[data[at + 1] & 0xff];
        System.arraycopy(data, at + 2, value, 0, value.length);
        switch (data[at]) {
          case TLV_SPECIAL -> special = value;
          case TLV_RELAY -> relays.add(new String(value, StandardCharsets.UTF_8));
          case TLV_AUTHOR -> author = PublicKey.of(value);
          case TLV_KIND -> kind = OptionalInt.of(kind(value));
          default -> {}
        }
        at += 2 + value.length;
      }
    }

    private int kind(byte[] value) {
      if (value.length != 4) {
        throw new InvalidEvent(prefix, "kind of " + value.length + " bytes, not 4");
      }
      return ByteBuffer.wrap(value).getInt();
    }

    byte[] special() {
      if (special == null) {
        throw new InvalidEvent(prefix, "does not say what it points to");
      }
      return special;
    }
  }
}
