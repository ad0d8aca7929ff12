package com.wavlake.cli.chat;

import com.wavlake.cli.shell.Strangers;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What people in a chat call themselves, out of their profiles: asked for many at a time, kept for
 * the last {@value #PEOPLE}. Names are anybody's to take: of two people who look the same, all but
 * the host and the viewer get the end of their npub. Safe for use by many threads.
 */
final class Names {
  static final int PEOPLE = 2_000;
  static final int BATCH = 100;
  private static final long ASK_AGAIN_NANOS = Duration.ofMinutes(5).toNanos();

  private final Optional<PublicKey> self;
  private final Function<Set<PublicKey>, List<Event>> profiles;
  private PublicKey host;

  private static final class Known {
    private Optional<String> name = Optional.empty();
    private String folded = "";
    private long createdAt = -1;
    private long askedAt;
    private boolean asked;
  }

  private final Map<PublicKey, Known> people =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PublicKey, Known> eldest) {
          return size() > PEOPLE;
        }
      };

  /**
   * Knows nobody yet.
   *
   * @param profiles asks relays for the profiles of at most {@value #BATCH} people; may block
   */
  Names(PublicKey host, Optional<PublicKey> self, Function<Set<PublicKey>, List<Event>> profiles) {
    this.host = host;
    this.self = self;
    this.profiles = profiles;
  }

  synchronized void host(PublicKey newHost) {
    host = newHost;
  }

  /** As they are shown now. */
  synchronized Person person(PublicKey who) {
    Known known = people.computeIfAbsent(who, key -> new Known());
    boolean isHost = host.equals(who);
    boolean isSelf = self.equals(Optional.of(who));
    String name = known.name.orElseGet(() -> shortened(who));
    boolean isNumber = SlashCommands.messageNumber(name).isPresent(); // of a message, when typed
    if (isNumber || (known.name.isPresent() && !isHost && !isSelf && isTwice(who, known.folded))) {
      name += "~" + who.npub().substring(who.npub().length() - 4);
    }
    return new Person(who, name, isHost, isSelf);
  }

  /** The name from the profile, if it is known. */
  synchronized Optional<String> name(PublicKey who) {
    return Optional.ofNullable(people.get(who)).flatMap(known -> known.name);
  }

  static String shortened(PublicKey who) {
    return who.npub().substring(0, 10) + "…";
  }

  private boolean isTwice(PublicKey who, String folded) {
    return people.entrySet().stream()
        .anyMatch(e -> !e.getKey().equals(who) && e.getValue().folded.equals(folded));
  }

  /** Who is shown so: by name in any case of letters, with or without the end of the npub. */
  synchronized List<PublicKey> called(String name) {
    String wanted = name.startsWith("@") ? name.substring(1) : name;
    List<PublicKey> everybody = List.copyOf(people.keySet());
    List<PublicKey> shown =
        everybody.stream().filter(who -> person(who).name().equalsIgnoreCase(wanted)).toList();
    List<PublicKey> named =
        everybody.stream()
            .filter(who -> name(who).filter(wanted::equalsIgnoreCase).isPresent())
            .toList();
    return Stream.concat(shown.stream(), named.stream()).distinct().toList();
  }

  /** Everybody seen, the ones seen last at the end. */
  synchronized List<Person> everybody() {
    return List.copyOf(people.keySet()).stream().map(this::person).toList();
  }

  /** Asks for those not asked for lately, and waits for the answer this long at most. */
  void learn(Collection<PublicKey> whom, Duration patience) {
    List<Set<PublicKey>> batches = unasked(whom);
    if (batches.isEmpty()) {
      return;
    }
    CompletableFuture<Void> answered = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("chat-names")
        .start(() -> {
          try {
            batches.forEach(batch -> profiles.apply(batch).forEach(this::heard));
          } catch (LiveException e) {
            forgetAsked(whom); // the relays are gone just now
          } finally {
            answered.complete(null);
          }
        });
    try {
      answered.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      return; // npubs do meanwhile
    }
  }

  private synchronized List<Set<PublicKey>> unasked(Collection<PublicKey> whom) {
    long now = System.nanoTime();
    List<Set<PublicKey>> batches = new ArrayList<>();
    Set<PublicKey> batch = new LinkedHashSet<>();
    for (PublicKey who : new LinkedHashSet<>(whom)) {
      Known known = people.computeIfAbsent(who, key -> new Known());
      boolean due = !known.asked || (known.name.isEmpty() && now - known.askedAt > ASK_AGAIN_NANOS);
      if (due) {
        known.asked = true;
        known.askedAt = now;
        batch.add(who);
      }
      if (batch.size() == BATCH) {
        batches.add(batch);
        batch = new LinkedHashSet<>();
      }
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  private synchronized void forgetAsked(Collection<PublicKey> whom) {
    for (PublicKey who : whom) {
      people.computeIfAbsent(who, key -> new Known()).asked = false;
    }
  }

  /** A profile; of two versions the newer one counts. */
  synchronized void heard(Event event) {
    try {
      Profile profile = Profile.parse(event);
      Known known = people.get(profile.key());
      if (known == null || event.createdAt() <= known.createdAt) {
        return;
      }
      known.createdAt = event.createdAt();
      known.name =
          Stream.of("display_name", "displayName", "name")
              .flatMap(field -> profile.text(field).stream())
              .flatMap(written -> Strangers.name(written).stream())
              .findFirst();
      known.folded = known.name.map(Strangers::folded).orElse("");
      if (known.folded.isEmpty()) {
        known.folded = known.name.orElseGet(() -> profile.key().hex());
      }
    } catch (InvalidEvent malformed) {
      return; // its author's fault alone: the npub stays
    }
  }
}
