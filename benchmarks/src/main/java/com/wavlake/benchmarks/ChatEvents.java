package com.wavlake.benchmarks;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Chat messages of a usual size, each another. */
public final class ChatEvents {
  private ChatEvents() {}

  static List<Event> make(int count) {
    List<Event> events = new ArrayList<>();
    try (KeySigner signer = KeySigner.of(SecretKey.generate())) {
      List<Tag> tags =
          List.of(
              Tag.of(
                  "a",
                  "30311:" + signer.publicKey() + ":9cb2368d-843e-475d-8a94-773bb352624b",
                  "wss://relay.example",
                  "root"));
      for (int i = 0; i < count; i++) {
        events.add(
            signer.sign(
                new EventTemplate(
                    1_700_000_000 + i,
                    Kind.CHAT_MESSAGE,
                    tags,
                    "Great song! 🎵 More of that, please.")));
      }
    }
    return events;
  }

  /** Writes so many, one a line of JSON. */
  public static void main(String[] args) throws IOException {
    Files.write(
        Path.of(args[0]), make(Integer.parseInt(args[1])).stream().map(Event::toJson).toList());
  }
}
