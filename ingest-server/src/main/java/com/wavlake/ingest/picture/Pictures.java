package com.wavlake.ingest.picture;

import com.wavlake.ingest.relay.EventStore;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.time.Time;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.CustomEmoji;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.social.Profile;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The pictures that events held here name, so that no viewer's browser has to ask the hosts that
 * strangers name: who is asked for is a person, an event or a stream, and never a URL. Blocks, a
 * second or so. Safe for use by many threads.
 */
public final class Pictures {
  private static final int MAX_REQUEST = 16 << 10;
  private static final Answer MISSING = new Answer.Missing();

  private final EventStore events;
  private final Function<String, Optional<StreamRecord>> streams;
  private final OwnPictures own;
  private final Optional<RemotePictures> remote;
  private final Time time;

  /**
   * A cache that is empty.
   *
   * @param events the relay's own store
   * @param streams this server's, by id
   * @param own what this server makes itself
   * @param web what fetches; none where nothing is to be fetched
   */
  public Pictures(
      EventStore events,
      Function<String, Optional<StreamRecord>> streams,
      OwnPictures own,
      Optional<WebClient> web,
      Time time) {
    this.events = events;
    this.streams = streams;
    this.own = own;
    this.remote = web.map(client -> new RemotePictures(client, time, RemotePictures.PATIENCE));
    this.time = time;
  }

  /** The picture of somebody's profile. */
  public Answer ofPerson(PublicKey key) {
    return newest(Filter.kinds(Kind.PROFILE).by(key))
        .flatMap(Pictures::profilePicture)
        .map(url -> get(url, Limits.PERSON))
        .orElse(MISSING);
  }

  private static Optional<String> profilePicture(Event event) {
    try {
      return Profile.parse(event).picture();
    } catch (InvalidEvent e) {
      return Optional.empty();
    }
  }

  /**
   * An emoji that an event declares (NIP-30); those of a zap are in the request that its receipt
   * carries (NIP-57).
   */
  public Answer emoji(EventId id, String shortcode) {
    return newest(Filter.any().withIds(Set.of(id)))
        .flatMap(event -> event.kind() == Kind.ZAP_RECEIPT ? request(event) : Optional.of(event))
        .map(event -> CustomEmoji.declaredIn(event).get(shortcode))
        .map(emoji -> get(emoji.url(), Limits.EMOJI))
        .orElse(MISSING);
  }

  private static Optional<Event> request(Event receipt) {
    Optional<String> json =
        receipt.tag("description").map(Tag::value).filter(text -> text.length() <= MAX_REQUEST);
    try {
      return json.map(Event::parse).filter(request -> request.kind() == Kind.ZAP_REQUEST);
    } catch (InvalidEvent e) {
      return Optional.empty();
    }
  }

  /**
   * The picture that the newest live event of a stream's owner names or, where that is none, the
   * one that the stream was created with.
   */
  public Answer ofStream(String id) {
    Optional<StreamRecord> stream = streams.apply(id);
    if (stream.isEmpty()) {
      return MISSING;
    }
    Filter live = Filter.kinds(Kind.LIVE_STREAM).by(stream.get().owner()).tagged("d", id);
    Optional<String> announced = newest(live).flatMap(e -> e.tag("image")).map(Tag::value);
    return Stream.of(announced, stream.get().about().image())
        .flatMap(Optional::stream)
        .filter(url -> !url.isBlank())
        .distinct()
        .map(url -> get(url, Limits.POSTER))
        .filter(answer -> !(answer instanceof Answer.Missing))
        .findFirst()
        .orElse(MISSING);
  }

  private Optional<Event> newest(Filter filter) {
    return events.query(filter, 1, time.now()).stream().findFirst();
  }

  private Answer get(String url, Limits limits) {
    if (own.has(url)) {
      return own.get(url).flatMap(limits::check).<Answer>map(Answer.Found::new).orElse(MISSING);
    }
    return remote.map(all -> all.get(new Wanted(url, limits))).orElse(MISSING);
  }
}
