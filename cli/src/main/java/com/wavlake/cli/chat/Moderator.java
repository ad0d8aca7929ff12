package com.wavlake.cli.chat;

import com.wavlake.cli.command.Relays;
import com.wavlake.cli.shell.CliError;
import com.wavlake.live.api.ChatRules;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.nip53.ChatTimeout;
import com.wavlake.live.nip53.HostPolicy;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayList;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.RelayRouter;
import com.wavlake.live.signer.Signer;
import com.wavlake.live.social.Deletion;
import com.wavlake.live.social.MuteList;
import com.wavlake.live.social.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What somebody may do about a chat, the host alone or everybody. Each deed waits for the relays,
 * and answers what each of them did. What only the host may do is refused to others before anything
 * is signed.
 */
final class Moderator {
  private static final int RAIDED_RELAYS = 2;

  private final EventAddress stream;
  private final RelayPool relays;
  private final Signer signer;
  private final Function<Signer, ManagementClient> provider;
  private final Duration timeout;

  /**
   * For one stream.
   *
   * @param provider a client of the provider, which this closes
   * @param timeout for each question to relays
   */
  Moderator(
      EventAddress stream,
      RelayPool relays,
      Signer signer,
      Function<Signer, ManagementClient> provider,
      Duration timeout) {
    this.stream = stream;
    this.relays = relays;
    this.signer = signer;
    this.provider = provider;
    this.timeout = timeout;
  }

  /** Pins a message behind those that are pinned. */
  PublishResult pin(EventId message) {
    requireAuthor("pin messages");
    var _ = message(message);
    return editPinned(pinned -> {
      if (!pinned.contains(message)) {
        pinned.add(message);
      }
    });
  }

  PublishResult unpin(EventId message) {
    requireAuthor("unpin messages");
    return editPinned(pinned -> pinned.remove(message));
  }

  private PublishResult editPinned(Consumer<List<EventId>> change) {
    LiveStream newest =
        LiveStream.parse(
            relays
                .lookUp(stream, timeout)
                .orElseThrow(() ->
                    new CliError(
                        "not_found", "no relay has the stream's event", "wlk stream list")));
    List<String> guests = joined(newest.relays());
    // Without a heartbeat: whoever is live elsewhere takes the edit over.
    Broadcast broadcast = Broadcast.of(newest, relays, signer, BroadcastSettings.DEFAULT);
    try {
      return broadcast.edit(edit -> {
        List<EventId> pinned = new ArrayList<>(broadcast.current().pinned());
        change.accept(pinned);
        return edit.pinned(pinned);
      });
    } finally {
      broadcast.detach();
      guests.forEach(relays::removePublic);
    }
  }

  /**
   * Sees nothing of somebody any more; what is on the list stays there.
   *
   * @param anyway though not every relay tells what list it has
   */
  PublishResult mute(PublicKey who, boolean anyway) {
    return editMutes(list -> list.mute(who), anyway);
  }

  PublishResult unmute(PublicKey who, boolean anyway) {
    return editMutes(list -> list.unmute(who), anyway);
  }

  private PublishResult editMutes(UnaryOperator<MuteList> change, boolean anyway) {
    PublicKey self = signer.publicKey();
    List<String> home =
        RelayRouter.over(relays).listOf(self, timeout).map(RelayList::write).orElse(List.of());
    List<String> guests = joined(home);
    try {
      EventAddress address = new EventAddress(Kind.MUTE_LIST, self, "", List.of());
      Optional<Event> before =
          Relays.beforeReplacing(relays, address, timeout, "mute list", anyway);
      MuteList list = before.map(event -> MuteList.parse(event, signer)).orElseGet(MuteList::empty);
      return publish(change.apply(list).toTemplate(signer, Instant.now()));
    } finally {
      guests.forEach(relays::removePublic);
    }
  }

  private List<String> joined(List<String> urls) {
    return urls.stream().limit(RelayRouter.RELAYS_A_PERSON).filter(relays::addPublic).toList();
  }

  /** Silences somebody in this chat for a while. */
  PublishResult silence(PublicKey who, Duration howLong) {
    requireHost("silence somebody");
    return publish(ChatTimeout.of(stream, who, howLong, Instant.now()));
  }

  /** Tells relays and whoever listens that a message is objectionable. */
  PublishResult report(Event message, Report.Reason reason, String words) {
    return publish(Report.ofMessage(message, reason, words, Instant.now()));
  }

  /** Sends the viewers to another live stream; its relays are told, too. */
  PublishResult raid(EventAddress to, String words) {
    if (to.kind() != Kind.LIVE_STREAM) {
      throw CliError.usage("REF: kind " + to.kind() + " is no live stream to raid", "");
    }
    requireHost("raid from this stream");
    List<String> guests =
        to.relays().stream().limit(RAIDED_RELAYS).filter(relays::addPublic).toList();
    try {
      return publish(Raid.of(stream, to, words, Instant.now()));
    } finally {
      guests.forEach(relays::removePublic);
    }
  }

  /** Takes back one's own message. */
  PublishResult takeBack(Event message) {
    if (!message.author().equals(signer.publicKey())) {
      throw new CliError("forbidden", "that message is somebody else's", "");
    }
    return publish(Deletion.of(List.of(message), "", Instant.now()));
  }

  ChatRules rules() {
    try (ManagementClient client = provider.apply(signer)) {
      return client.moderation(stream.identifier());
    }
  }

  /** Changes the provider's rules for this chat. */
  ChatRules rules(UnaryOperator<ChatRules> change) {
    requireAuthor("change the rules of its chat");
    try (ManagementClient client = provider.apply(signer)) {
      return client.moderate(
          stream.identifier(), change.apply(client.moderation(stream.identifier())));
    }
  }

  /** A message of this chat, as the relays have it. */
  Event message(EventId id) {
    Event found =
        relays.query(Filter.any().withIds(Set.of(id)), timeout).stream()
            .findFirst()
            .orElseThrow(() ->
                new CliError(
                    "not_found",
                    "no relay has the message " + id.note(),
                    "wlk chat --json prints the ids of messages"));
    boolean here = found.tags("a").anyMatch(tag -> tag.value().equals(stream.coordinate()));
    if (!here) {
      throw new CliError("not_found", "that is no message of this stream's chat", "");
    }
    return found;
  }

  private PublishResult publish(EventTemplate template) {
    return relays.publishOnce(signer.sign(template), timeout);
  }

  private void requireAuthor(String deed) {
    if (!stream.author().equals(signer.publicKey())) {
      throw notHost(deed);
    }
  }

  private void requireHost(String deed) {
    if (stream.author().equals(signer.publicKey())) {
      return;
    }
    Optional<Event> event = relays.newest(stream, timeout);
    try {
      if (event.isPresent()
          && HostPolicy.NAMED
              .hostOf(LiveStream.parse(event.get()), stream.author())
              .equals(signer.publicKey())) {
        return;
      }
    } catch (InvalidEvent malformed) {
      throw notHost(deed);
    }
    throw notHost(deed);
  }

  private static CliError notHost(String deed) {
    return new CliError(
        "forbidden", "only the host of a stream may " + deed, "wlk identity show: who you are");
  }
}
