package com.wavlake.ingest.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Tag;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which subscriptions may want an event, without asking all of them: each filter is filed under the
 * values of its narrowest condition, an event is looked up under its own. Safe for use by many
 * threads.
 *
 * @param <S> a subscription
 */
final class SubscriptionIndex<S> {
  private static final String ANY = "*";

  private final Map<String, Set<S>> filed = new ConcurrentHashMap<>();

  void add(List<Filter> filters, S subscription) {
    for (Filter filter : filters) {
      for (String key : keys(filter)) {
        filed.compute(
            key,
            (_, there) -> {
              Set<S> all = there == null ? ConcurrentHashMap.newKeySet() : there;
              all.add(subscription);
              return all;
            });
      }
    }
  }

  void remove(List<Filter> filters, S subscription) {
    for (Filter filter : filters) {
      for (String key : keys(filter)) {
        filed.computeIfPresent(
            key,
            (_, there) -> {
              there.remove(subscription);
              return there.isEmpty() ? null : there;
            });
      }
    }
  }

  /** Those that may want it; their filters decide. */
  Set<S> candidates(Event event) {
    Set<S> found = new LinkedHashSet<>();
    collect("i" + event.id().hex(), found);
    collect("p" + event.author().hex(), found);
    collect("k" + event.kind(), found);
    collect(ANY, found);
    for (Tag tag : event.tags()) {
      if (tag.name().length() == 1 && tag.size() > 1) {
        collect("#" + tag.name() + tag.value(), found);
      }
    }
    return found;
  }

  int size() {
    return filed.size();
  }

  private void collect(String key, Set<S> found) {
    Set<S> there = filed.get(key);
    if (there != null) {
      found.addAll(there);
    }
  }

  /** By what fewest events have in common. */
  private static List<String> keys(Filter filter) {
    List<String> keys = new ArrayList<>();
    if (!filter.ids().isEmpty()) {
      filter.ids().forEach(id -> keys.add("i" + id.hex()));
    } else if (!filter.tags().isEmpty()) {
      Map.Entry<String, Set<String>> narrowest =
          filter.tags().entrySet().stream()
              .min((a, b) -> Integer.compare(a.getValue().size(), b.getValue().size()))
              .orElseThrow();
      narrowest.getValue().forEach(value -> keys.add("#" + narrowest.getKey() + value));
    } else if (!filter.authors().isEmpty()) {
      filter.authors().forEach(author -> keys.add("p" + author.hex()));
    } else if (!filter.kinds().isEmpty()) {
      filter.kinds().forEach(kind -> keys.add("k" + kind));
    } else {
      keys.add(ANY);
    }
    return keys;
  }
}
