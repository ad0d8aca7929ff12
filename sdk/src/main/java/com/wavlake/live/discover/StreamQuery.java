package com.wavlake.live.discover;

import com.wavlake.live.nip53.HostPolicy;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nip53.StalePolicy;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.MuteList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which streams to look for. Relays do not index the status, so they are asked for what was updated
 * lately, for each status as far back as it makes sense, and the rest is decided here.
 *
 * @param statuses as people should see them
 * @param topics any of these, in any case of letters; none: all
 * @param hosts only streams of these people, when given
 * @param muted what its owner does not want to see
 * @param hostPolicy whose stream it is
 * @param stalePolicy when a stream that is not updated counts as over
 */
public record StreamQuery(
    Set<Status> statuses,
    Set<String> topics,
    Optional<Set<PublicKey>> hosts,
    MuteList muted,
    HostPolicy hostPolicy,
    StalePolicy stalePolicy) {
  /** A plan older than this, without an update, is not looked for. */
  public static final Duration PLANNED_WITHIN = Duration.ofDays(30);

  /** What ended longer ago is not looked for. */
  public static final Duration ENDED_WITHIN = Duration.ofDays(7);

  /** How many people relays are asked for by name; of more, all streams are asked for. */
  static final int MAX_NAMED = 500;

  /** How many stored events a filter asks for. */
  static final int LIMIT = 500;

  /** How far a clock may be ahead: what claims to be later is not believed. */
  static final Duration AHEAD = Duration.ofMinutes(15);

  /** Copies the sets. */
  public StreamQuery {
    statuses = Set.copyOf(statuses);
    topics =
        topics.stream()
            .map(topic -> topic.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    hosts = hosts.map(Set::copyOf);
  }

  /** With any of these, by NIP-53's rules: the named host, ended after an hour of silence. */
  public static StreamQuery of(Status... statuses) {
    return new StreamQuery(
        Set.of(statuses),
        Set.of(),
        Optional.empty(),
        MuteList.empty(),
        HostPolicy.NAMED,
        StalePolicy.NIP_53);
  }

  /** Only with one of these topics. */
  public StreamQuery about(Set<String> newTopics) {
    return new StreamQuery(statuses, newTopics, hosts, muted, hostPolicy, stalePolicy);
  }

  /** Only of these people. */
  public StreamQuery by(Set<PublicKey> people) {
    return new StreamQuery(statuses, topics, Optional.of(people), muted, hostPolicy, stalePolicy);
  }

  /** Without what this list hides. */
  public StreamQuery without(MuteList newMuted) {
    return new StreamQuery(statuses, topics, hosts, newMuted, hostPolicy, stalePolicy);
  }

  /** With another answer to whose stream it is. */
  public StreamQuery hostedBy(HostPolicy policy) {
    return new StreamQuery(statuses, topics, hosts, muted, policy, stalePolicy);
  }

  /** What relays are asked at {@code now}. */
  public List<Filter> filters(Instant now) {
    List<Filter> filters = new ArrayList<>();
    for (Status status : Status.values()) {
      if (statuses.contains(status)) {
        filters.addAll(
            restricted(
                Filter.kinds(Kind.LIVE_STREAM)
                    .since(now.minus(window(status)).getEpochSecond())
                    .limit(LIMIT)));
      }
    }
    return filters;
  }

  private Duration window(Status status) {
    return switch (status) {
      case LIVE -> stalePolicy.patience();
      case PLANNED -> PLANNED_WITHIN;
      case ENDED -> ENDED_WITHIN;
    };
  }

  /** Where the people are few, their streams do not drown in those of others. */
  private List<Filter> restricted(Filter filter) {
    if (hosts.isEmpty() || hosts.get().isEmpty() || hosts.get().size() > MAX_NAMED) {
      return List.of(filter);
    }
    Set<String> keys = new LinkedHashSet<>();
    hosts.get().forEach(key -> keys.add(key.hex()));
    return List.of(
        filter.by(hosts.get().toArray(PublicKey[]::new)),
        filter.tagged("p", keys.toArray(String[]::new)));
  }

  /** Whether a list of this query shows it at {@code now}. */
  public boolean matches(FoundStream found, Instant now) {
    return found.status().filter(statuses::contains).isPresent()
        && !isForgotten(found, now)
        && hosts.map(people -> people.contains(found.host())).orElse(true)
        && (topics.isEmpty()
            || found.stream().hashtags().stream()
                .anyMatch(topic -> topics.contains(topic.toLowerCase(Locale.ROOT))))
        && !isMuted(found);
  }

  /** Planned for a time that has passed by over an hour: nobody came. */
  private static boolean isForgotten(FoundStream found, Instant now) {
    return found.status().equals(Optional.of(Status.PLANNED))
        && found.stream()
            .starts()
            .filter(now.minus(StalePolicy.NIP_53.patience())::isAfter)
            .isPresent();
  }

  private boolean isMuted(FoundStream found) {
    return muted.hides(found.event())
        || muted.hides(found.host())
        || found.stream().title().filter(muted::hides).isPresent()
        || found.stream().summary().filter(muted::hides).isPresent();
  }
}
