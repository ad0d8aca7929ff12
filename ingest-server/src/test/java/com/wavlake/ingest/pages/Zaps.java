package com.wavlake.ingest.pages;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.time.Instant;
import java.util.List;

/**
 * Receipts of zaps, as payment servers sign them. The server believes only those whose payment
 * server it can ask over https at a public address: tests put them into its database.
 */
final class Zaps {
  /** NIP-57's own example of an invoice, 1,000 sats. */
  private static final String INVOICE =
      "lnbc10u1p3unwfusp5t9r3yymhpfqculx78u027lxspgxcr2n2987mx2j55nnfs95nxnzqpp5jmrh92pfld78spqs7"
          + "8v9euf2385t83uvpwk9ldrlvf6ch7tpascqhp5zvkrmemgth3tufcvflmzjzfvjt023nazlhljz2n9hattj4f8j"
          + "q8qxqyjw5qcqpjrzjqtc4fc44feggv7065fqe5m4ytjarg3repr5j9el35xhmtfexc42yczarjuqqfzqqqqqqqq"
          + "lgqqqqqqgq9q9qxpqysgq079nkq507a5tw7xgttmj4u990j7wfggtrasah5gd4ywfr2pjcn29383tphp4t48gqu"
          + "elz9z78p4cq7ml3nrrphw5w6eckhjwmhezhnqpy6gyf0";

  private Zaps() {}

  /** 1,000 sats to a stream's host. */
  static Event receipt(LiveServer.Stream stream, Person by, String comment) {
    long now = Instant.now().getEpochSecond();
    Tag to = Tag.of("p", stream.owner().publicKey().hex());
    Tag at = Tag.of("a", stream.coordinate());
    List<Tag> asks =
        List.of(to, at, Tag.of("relays", "wss://r.example"), Tag.of("amount", "1000000"));
    Event request = by.sign(new EventTemplate(now, Kind.ZAP_REQUEST, asks, comment));
    List<Tag> says =
        List.of(to, at, Tag.of("bolt11", INVOICE), Tag.of("description", request.toJson()));
    return KeySigner.of(SecretKey.generate())
        .sign(new EventTemplate(now, Kind.ZAP_RECEIPT, says, ""));
  }
}
