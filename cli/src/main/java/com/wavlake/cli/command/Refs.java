package com.wavlake.cli.command;

import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventPointer;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.NostrEntity;
import com.wavlake.live.nostr.ProfilePointer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What people paste to name an event: NIP-19 texts, {@code nostr:} links, links to viewers' pages
 * such as {@code https://zap.stream/naddr1…}, ids, coordinates, their own stream's id.
 */
public final class Refs {
  private static final Pattern LINK = Pattern.compile("(?i)https?://[^/?#]+/([^?#]*)(?:[?#].*)?");
  private static final Pattern ENTITY =
      Pattern.compile(
          "(?i)(?:nostr:)?(?:npub|nprofile|note|nevent|naddr|nsec|ncryptsec)1[a-z0-9]+");
  private static final Pattern COORDINATE = Pattern.compile("\\d{1,5}:[0-9a-f]{64}:.*");
  private static final Pattern HEX_ID = Pattern.compile("[0-9a-f]{64}");
  private static final String EXPECTED =
      "an naddr1…, a link that ends with one, a stream id, or 'current'";

  /**
   * Where an event is found.
   *
   * @param filter which
   * @param relays where to look first
   */
  public record Place(Filter filter, List<String> relays) {}

  private Refs() {}

  /** Where any event is found: note, nevent, naddr, npub (a profile), id, or a stream. */
  public static Place place(Workspace workspace, String ref) {
    if (HEX_ID.matcher(ref).matches()) {
      return place(EventPointer.parse(ref));
    }
    return entity(ref).map(Refs::place).orElseGet(() -> place(workspace.address(ref)));
  }

  private static Place place(NostrEntity entity) {
    return switch (entity) {
      case EventPointer event ->
          new Place(Filter.any().withIds(Set.of(event.id())), event.relays());
      case ProfilePointer who -> new Place(Filter.kinds(Kind.PROFILE).by(who.key()), who.relays());
      case EventAddress address -> new Place(Filter.at(address), address.relays());
    };
  }

  /** The address of a live stream, or of a space or room. */
  public static EventAddress stream(Workspace workspace, String ref) {
    EventAddress address =
        switch (entity(ref).orElse(null)) {
          case null -> workspace.address(ref);
          case EventAddress named -> named;
          case EventPointer _, ProfilePointer _ ->
              throw CliError.usage("REF: " + ref + " names no stream", EXPECTED);
        };
    if (!Kind.isAddressable(address.kind())) {
      throw CliError.usage("REF: kind " + address.kind() + " is no stream", EXPECTED);
    }
    return address;
  }

  /** Somebody, where that is what is named. */
  public static Optional<ProfilePointer> person(String ref) {
    return entity(ref).filter(ProfilePointer.class::isInstance).map(ProfilePointer.class::cast);
  }

  /** What NIP-19 knows, out of a link too, and coordinates; empty for ids. */
  static Optional<NostrEntity> entity(String ref) {
    String text = ref;
    Matcher link = LINK.matcher(ref);
    if (link.matches()) {
      String[] parts = link.group(1).split("/", -1);
      text = "";
      for (String part : parts) {
        text = ENTITY.matcher(part).matches() ? part : text;
      }
      if (text.isEmpty()) {
        throw CliError.usage("REF: no naddr1… in the link " + ref, EXPECTED);
      }
    }
    try {
      if (COORDINATE.matcher(text).matches()) {
        return Optional.of(EventAddress.parse(text));
      }
      if (!ENTITY.matcher(text).matches()) {
        return Optional.empty();
      }
      return Optional.of(NostrEntity.parse(text));
    } catch (InvalidEvent e) {
      throw CliError.usage("REF: " + e.getMessage(), EXPECTED);
    }
  }
}
