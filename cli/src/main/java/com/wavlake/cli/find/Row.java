package com.wavlake.cli.find;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.api.LiveListing;
import com.wavlake.live.api.PlannedListing;
import com.wavlake.live.discover.FoundStream;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A stream in a list, wherever it was found.
 *
 * @param ends when it ended, as far as it is known
 * @param hostProven whether the host stands behind it, and is not only named by somebody
 */
record Row(
    EventAddress address,
    String title,
    String summary,
    PublicKey host,
    boolean hostProven,
    Status status,
    List<String> streaming,
    Optional<String> recording,
    Optional<Instant> starts,
    Optional<Instant> ends,
    OptionalInt viewers,
    List<String> topics,
    List<String> relays,
    Optional<String> contentWarning) {
  /** An naddr gets long by its hints, and two are enough to find it. */
  private static final int HINTS = 2;

  /** Of the relays; of those alone that have a status. */
  static Row of(FoundStream found, Status status) {
    LiveStream stream = found.stream();
    return new Row(
        found.address(),
        stream.title().orElse("(untitled)"),
        stream.summary().orElse(""),
        found.host(),
        found.isHostProven(),
        status,
        stream.streaming(),
        stream.recording(),
        stream.starts(),
        stream
            .ends()
            .or(() -> Optional.of(Instant.ofEpochSecond(stream.createdAt())))
            .filter(_ -> status == Status.ENDED),
        status == Status.LIVE ? stream.currentParticipants() : OptionalInt.empty(),
        stream.hashtags(),
        stream.relays(),
        stream.contentWarning());
  }

  /** Of the provider's own list. */
  static Row of(LiveListing listing, List<String> relays) {
    return new Row(
        new EventAddress(Kind.LIVE_STREAM, listing.streamer(), listing.streamId(), relays),
        listing.title(),
        "",
        listing.streamer(),
        true,
        Status.LIVE,
        List.of(listing.hlsPlayback()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.of(listing.currentViewers()),
        List.of(listing.category()),
        relays,
        Optional.empty());
  }

  /** The same of what is planned. */
  static Row of(PlannedListing listing, List<String> relays) {
    return new Row(
        new EventAddress(Kind.LIVE_STREAM, listing.streamer(), listing.streamId(), relays),
        listing.title(),
        "",
        listing.streamer(),
        true,
        Status.PLANNED,
        List.of(listing.hlsPlayback()),
        Optional.empty(),
        listing.starts(),
        Optional.empty(),
        OptionalInt.empty(),
        List.of(listing.category()),
        relays,
        Optional.empty());
  }

  String naddr() {
    return address.withRelays(address.relays().stream().limit(HINTS).toList()).naddr();
  }

  /** The same but for how many watch: what a person wants to be told of. */
  boolean saysTheSameAs(Row other) {
    return title.equals(other.title)
        && status == other.status
        && host.equals(other.host)
        && streaming.equals(other.streaming)
        && recording.equals(other.recording)
        && starts.equals(other.starts);
  }

  ObjectNode json(String hostName) {
    ObjectNode json =
        Console.object()
            .put("naddr", naddr())
            .put("coordinate", address.coordinate())
            .put("title", title)
            .put("summary", summary)
            .put("host", host.npub())
            .put("host_name", hostName)
            .put("host_proven", hostProven)
            .put("status", status.tagValue());
    put(json.putArray("streaming"), streaming);
    json.put("recording", recording.orElse(null))
        .put("starts", starts.map(Instant::toString).orElse(null))
        .put("ends", ends.map(Instant::toString).orElse(null));
    if (viewers.isPresent()) {
      json.put("viewers", viewers.getAsInt());
    } else {
      json.putNull("viewers");
    }
    put(json.putArray("topics"), topics);
    put(json.putArray("relays"), relays);
    return json.put("content_warning", contentWarning.orElse(null));
  }

  private static void put(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
