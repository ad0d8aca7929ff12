package com.wavlake.live.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.ChatTimeout;
import com.wavlake.live.nip53.Clip;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nip53.Raid;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.relay.NotPublished;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.Relays;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.social.Deletion;
import com.wavlake.live.social.Lnurl;
import com.wavlake.live.social.MuteList;
import com.wavlake.live.social.PaymentServer;
import com.wavlake.live.social.Reaction;
import com.wavlake.live.social.ZapRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LiveChatTest {
  private static final KeySigner SIGNER = KeySigner.of(SecretKey.generate());
  private static final EventAddress STREAM =
      new EventAddress(Kind.LIVE_STREAM, SIGNER.publicKey(), "d", List.of());

  private Relays first;
  private Relays second;
  private RelayPool pool;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private volatile Instant now = Instant.ofEpochSecond(1_700_000_000);

  @BeforeEach
  void open() throws IOException {
    first = new Relays();
    second = new Relays();
    pool = RelayPool.connect(first.url(), second.url());
  }

  @AfterEach
  void close() {
    pool.close();
    first.close();
    second.close();
  }

  private static Event message(String text, long at, Tag... more) {
    List<Tag> tags = new ArrayList<>(List.of(Tag.of("a", STREAM.coordinate())));
    tags.addAll(List.of(more));
    return SIGNER.sign(new EventTemplate(at, Kind.CHAT_MESSAGE, tags, text));
  }

  private LiveChat chat() {
    return LiveChat.of(pool, STREAM)
        .clock(() -> now)
        .open(item -> told.add(item.event().content()));
  }

  @Test
  void the_history_of_many_relays_is_one_in_order_and_what_follows_comes_once() {
    Event a = message("a", 10);
    Event b = message("b", 20);
    Event c = message("c", 30);
    first.store(c, a);
    second.store(b, a);
    try (LiveChat running = chat()) {
      await().untilAsserted(() -> assertThat(told).containsExactly("a", "b", "c"));
      Event late = message("late", 25);
      first.deliver(late);
      second.deliver(late);
      first.deliver(message("next", 40));
      await().untilAsserted(() -> assertThat(told).containsExactly("a", "b", "c", "late", "next"));
    }
  }

  @Test
  void a_message_that_somebody_made_wrong_harms_no_other() {
    first.store(message("odd", 10, Tag.of("e", "zzz", "", "reply")), message("good", 20));
    List<String> replies = new CopyOnWriteArrayList<>();
    try (LiveChat running =
        LiveChat.open(
            pool,
            STREAM,
            m -> {
              replies.add(m.text() + m.replyTo());
              if (m.text().equals("odd")) {
                throw new IllegalStateException("a listener's fault, on purpose");
              }
            })) {
      await()
          .untilAsserted(
              () -> assertThat(replies).containsExactly("oddOptional.empty", "goodOptional.empty"));
    }
  }

  @Test
  void sending_keeps_the_limits_and_says_what_relays_say() {
    try (LiveChat chat = chat()) {
      assertThat(chat.send("one", SIGNER).acceptedCount()).isEqualTo(2);
      assertThatThrownBy(() -> chat.send("two", SIGNER))
          .isInstanceOf(LiveException.class)
          .hasMessageContaining("one message a second");
      assertThat(chat.send("another's", FAN).acceptedCount()).isEqualTo(2);
      now = now.plus(Duration.ofSeconds(1));
      assertThat(chat.send("two", SIGNER).acceptedCount()).isEqualTo(2);
      assertThatThrownBy(() -> chat.send("x".repeat(ChatMessage.MAX_CHARACTERS + 1), SIGNER))
          .hasMessageContaining("501");
      now = now.plus(Duration.ofSeconds(1));
      first.answer(e -> new RelayMessage.Ok(e.id(), false, "blocked: chat is off"));
      second.answer(e -> new RelayMessage.Ok(e.id(), false, "rate-limited: later"));
      assertThatThrownBy(() -> chat.send("three", SIGNER))
          .hasMessageContaining("chat is off")
          .hasMessageContaining("later")
          .isInstanceOfSatisfying(
              NotPublished.class, e -> assertThat(e.result().outcomes()).hasSize(2));
    }
  }

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final KeySigner FAN = KeySigner.of(SecretKey.generate());

  /** What a listener was told, a line each. */
  private final class Told implements ChatListener {
    @Override
    public void onItem(ChatItem item) {
      told.add(
          item.getClass().getSimpleName()
              + " "
              + (item instanceof ChatItem.Zapped zapped
                  ? zapped.zap().sats() + " sats"
                  : item.event().content()));
    }

    @Override
    public void onRemoved(ChatItem item, Removal why) {
      told.add("-" + why + " " + item.event().content());
    }

    @Override
    public void onReaction(ChatItem item, Reaction reaction) {
      told.add(reaction.symbol() + " to " + item.event().content());
    }

    @Override
    public void onStream(LiveStream stream) {
      told.add("stream " + stream.title().orElse(""));
    }
  }

  private LiveChat.Builder following() {
    return LiveChat.of(pool, STREAM).clock(() -> now).zaps(ZapCheck.NOBODY);
  }

  private static Event by(KeySigner who, int kind, String content, long at, Tag... tags) {
    return who.sign(new EventTemplate(at, kind, List.of(tags), content));
  }

  private static Event said(KeySigner who, String text, long at) {
    return by(who, Kind.CHAT_MESSAGE, text, at, Tag.of("a", STREAM.coordinate(), "", "root"));
  }

  private void awaitTold(String... lines) {
    await().atMost(SOON).untilAsserted(() -> assertThat(told).containsExactly(lines));
  }

  @Test
  void what_the_host_muted_goes_and_comes_back() {
    first.store(said(FAN, "casino", 10), said(SIGNER, "hello", 20));
    try (LiveChat chat = following().open(new Told())) {
      awaitTold("Said casino", "Said hello");
      first.deliver(by(SIGNER, Kind.MUTE_LIST, "", 100, Tag.of("word", "casino")));
      awaitTold("Said casino", "Said hello", "-MUTED casino");
      first.deliver(said(FAN, "Casino again", 101));
      first.deliver(by(FAN, Kind.MUTE_LIST, "", 200, Tag.of("p", SIGNER.publicKey().hex())));
      first.deliver(by(SIGNER, Kind.MUTE_LIST, "", 50)); // an older list comes late
      first.deliver(by(SIGNER, Kind.MUTE_LIST, "", 101));
      awaitTold("Said casino", "Said hello", "-MUTED casino", "Said casino", "Said Casino again");
      assertThat(chat.history()).hasSize(3);
    }
  }

  @Test
  void what_the_viewer_muted_in_private_is_not_shown() {
    KeySigner viewer = KeySigner.of(SecretKey.generate());
    Event list =
        viewer.sign(
            MuteList.empty()
                .mutePrivately(Tag.of("p", FAN.publicKey().hex()))
                .toTemplate(viewer, Instant.ofEpochSecond(5)));
    first.store(list, said(FAN, "hidden", 10), said(SIGNER, "hello", 20));
    try (LiveChat chat = following().viewer(viewer).open(new Told())) {
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(chat.history())
                  .extracting(item -> item.event().content())
                  .containsExactly("hello"));
    }
  }

  @Test
  void a_timeout_counts_from_the_host_alone_and_for_its_time() {
    try (LiveChat chat = following().open(new Told())) {
      await().until(() -> !first.asked().isEmpty() && !second.asked().isEmpty());
      Instant start = Instant.ofEpochSecond(100);
      first.deliver(
          FAN.sign(ChatTimeout.of(STREAM, SIGNER.publicKey(), Duration.ofHours(1), start)));
      first.deliver(
          SIGNER.sign(ChatTimeout.of(STREAM, FAN.publicKey(), Duration.ofSeconds(60), start)));
      now = Instant.ofEpochSecond(110);
      first.deliver(said(FAN, "during", 110));
      first.deliver(said(FAN, "during, dated back", 98));
      first.deliver(said(FAN, "during, dated ahead", 161));
      first.deliver(said(SIGNER, "host", 111));
      awaitTold("Said host");
      now = Instant.ofEpochSecond(160);
      first.deliver(said(FAN, "after", 160));
      awaitTold("Said host", "Said after");
    }
  }

  @Test
  void an_author_takes_back_what_is_theirs_and_nobody_elses() {
    Event message = said(FAN, "oops", 10);
    first.store(message, said(SIGNER, "kept", 20));
    try (LiveChat chat = following().open(new Told())) {
      awaitTold("Said oops", "Said kept");
      await()
          .atMost(SOON)
          .until(() ->
              first.asked().stream()
                  .anyMatch(
                      f -> f.tags().getOrDefault("e", Set.of()).contains(message.id().hex())));
      first.deliver(SIGNER.sign(Deletion.of(List.of(message), "", Instant.ofEpochSecond(30))));
      first.deliver(by(FAN, Kind.REACTION, "🔥", 31, Tag.of("e", message.id().hex())));
      first.deliver(FAN.sign(Deletion.of(List.of(message), "", Instant.ofEpochSecond(32))));
      awaitTold("Said oops", "Said kept", "🔥 to oops", "-DELETED oops");
    }
  }

  @Test
  void zaps_are_shown_when_the_hosts_payment_server_signed_them() throws Exception {
    try (PaymentServer server = new PaymentServer()) {
      Event profile = by(SIGNER, 0, "{\"lud16\":\"" + server.addressOf("host") + "\"}", 1);
      Event request =
          FAN.sign(
              ZapRequest.to(SIGNER.publicKey(), 21_000).stream(STREAM)
                  .relays(List.of(first.url()))
                  .toTemplate(now));
      Event toOneself =
          FAN.sign(
              ZapRequest.to(FAN.publicKey(), 99_000_000).stream(STREAM)
                  .relays(List.of(first.url()))
                  .toTemplate(now));
      first.store(
          profile,
          PaymentServer.receipt(request, 21_000, 5, FAN),
          server.receipt(toOneself, 99_000_000, 6),
          server.receipt(request, 21_000, 7));
      try (LiveChat chat = following().zaps(ZapCheck.by(pool, Lnurl.local())).open(new Told())) {
        awaitTold("Zapped 21 sats");
        assertThat(chat.history().getFirst().author()).isEqualTo(FAN.publicKey());
      }
    }
  }

  @Test
  void raids_clips_and_the_stream_itself_are_told() {
    EventAddress other = new EventAddress(Kind.LIVE_STREAM, FAN.publicKey(), "x", List.of());
    LiveStream live =
        LiveStream.builder("d")
            .title("Java night")
            .streaming("https://live.example/d.m3u8")
            .relays(List.of("ws://10.0.0.1"))
            .live(now)
            .build();
    try (LiveChat chat = following().open(new Told())) {
      await().until(() -> !first.asked().isEmpty() && !second.asked().isEmpty());
      first.deliver(SIGNER.sign(live.toTemplate(now)));
      first.deliver(FAN.sign(Raid.of(STREAM, other, "not the host", now)));
      first.deliver(SIGNER.sign(Raid.of(STREAM, other, "away", now)));
      EventAddress third = new EventAddress(Kind.LIVE_STREAM, FAN.publicKey(), "y", List.of());
      EventTemplate hijack = Raid.of(other, third, "to the hijacker", now);
      first.deliver(FAN.sign(hijack.with(Tag.of("a", STREAM.coordinate()))));
      KeySigner pretender = KeySigner.of(SecretKey.generate());
      first.deliver(pretender.sign(Raid.of(other, STREAM, "in another's name", now)));
      first.deliver(FAN.sign(Raid.of(other, STREAM, "to here", now)));
      first.deliver(
          FAN.sign(Clip.of(STREAM, SIGNER.publicKey(), "solo", "https://v.example/1", now)));
      awaitTold("stream Java night", "Raided away", "Raided to here", "Clipped solo");
      assertThat(pool.urls()).as("no stranger's event leads into our network").hasSize(2);
    }
  }

  @Test
  void what_is_kept_is_bounded_and_in_order() {
    List<Event> many = new ArrayList<>();
    for (int i = 0; i < Held.CAPACITY + 50; i++) {
      many.add(said(FAN, Integer.toString(i), i));
    }
    first.store(many.toArray(Event[]::new));
    try (LiveChat chat = following().open(new Told())) {
      await().atMost(SOON).until(() -> told.size() == LiveChat.HISTORY);
      assertThat(chat.history()).hasSize(LiveChat.HISTORY);
      assertThat(chat.shown()).hasSize(LiveChat.SHOWN);
      assertThat(chat.shown().getLast().event()).isEqualTo(many.getLast());
      assertThat(chat.history()).extracting(item -> item.event().createdAt()).isSorted();
      Event ahead = said(FAN, "ahead", 9_999_999_999L);
      first.deliver(ahead);
      first.deliver(said(FAN, "now", now.getEpochSecond() + 1));
      await().until(() -> told.contains("Said now"));
      now = now.plusSeconds(60);
      first.deliver(said(FAN, "later", now.getEpochSecond()));
      await().until(() -> told.contains("Said later"));
      assertThat(chat.history().getLast().event().content())
          .as("one that is dated ahead does not stand at the end for ever")
          .isEqualTo("later");
    }
  }

  @Test
  void a_named_host_moderates_in_place_of_the_author() {
    LiveStream stream =
        LiveStream.builder("d")
            .title("hosted")
            .planned()
            .host(Participant.host(FAN.publicKey(), ""))
            .build();
    first.store(SIGNER.sign(stream.toTemplate(now)));
    KeySigner guest = KeySigner.of(SecretKey.generate());
    try (LiveChat chat = following().open(new Told())) {
      awaitTold("stream hosted");
      await()
          .atMost(SOON)
          .until(() -> first.asked().stream().anyMatch(f -> f.authors().contains(FAN.publicKey())));
      first.deliver(by(SIGNER, Kind.MUTE_LIST, "", 1, Tag.of("p", guest.publicKey().hex())));
      first.deliver(said(guest, "hi", 10));
      awaitTold("stream hosted", "Said hi");
      first.deliver(by(FAN, Kind.MUTE_LIST, "", 1, Tag.of("p", guest.publicKey().hex())));
      awaitTold("stream hosted", "Said hi", "-MUTED hi");
    }
  }

  @Test
  void a_flood_of_deletions_brings_nothing_back() {
    Event regretted = said(FAN, "regretted", 10);
    first.store(regretted);
    KeySigner stranger = KeySigner.of(SecretKey.generate());
    try (LiveChat chat = following().open(new Told())) {
      awaitTold("Said regretted");
      await()
          .atMost(SOON)
          .until(() ->
              first.asked().stream()
                  .anyMatch(
                      f -> f.tags().getOrDefault("e", Set.of()).contains(regretted.id().hex())));
      first.deliver(FAN.sign(Deletion.of(List.of(regretted), "", Instant.ofEpochSecond(20))));
      for (int i = 0; i < Moderation.DELETERS + 50; i++) {
        first.deliver(
            by(
                stranger,
                Kind.DELETION,
                Integer.toString(i),
                30,
                Tag.of("e", regretted.id().hex()),
                Tag.of("e", String.format(Locale.ROOT, "%064x", i))));
      }
      first.deliver(said(FAN, "later", 40));
      awaitTold("Said regretted", "-DELETED regretted", "Said later");
    }
  }

  @Test
  void a_zap_that_comes_before_the_stream_says_who_is_on_stage_is_shown_afterwards()
      throws Exception {
    try (PaymentServer server = new PaymentServer()) {
      Event profile = by(FAN, 0, "{\"lud16\":\"" + server.addressOf("fan") + "\"}", 1);
      Event request =
          SIGNER.sign(
              ZapRequest.to(FAN.publicKey(), 21_000).stream(STREAM)
                  .relays(List.of(first.url()))
                  .toTemplate(now));
      LiveStream hosted =
          LiveStream.builder("d")
              .title("hosted")
              .planned()
              .host(Participant.host(FAN.publicKey(), ""))
              .build();
      first.store(profile);
      try (LiveChat chat = following().zaps(ZapCheck.by(pool, Lnurl.local())).open(new Told())) {
        await().until(() -> !first.asked().isEmpty() && !second.asked().isEmpty());
        first.deliver(server.receipt(request, 21_000, 5));
        first.deliver(SIGNER.sign(hosted.toTemplate(now)));
        awaitTold("stream hosted", "Zapped 21 sats");
      }
    }
  }

  @Test
  void muted_people_neither_react_nor_crowd_others_out() {
    KeySigner troll = KeySigner.of(SecretKey.generate());
    Event hello = said(FAN, "hello", 10);
    first.store(by(SIGNER, Kind.MUTE_LIST, "", 1, Tag.of("p", troll.publicKey().hex())), hello);
    try (LiveChat chat = following().open(new Told())) {
      awaitTold("Said hello");
      await()
          .atMost(SOON)
          .until(() ->
              first.asked().stream()
                  .anyMatch(f -> f.tags().getOrDefault("e", Set.of()).contains(hello.id().hex())));
      first.deliver(by(troll, Kind.REACTION, "💩", 11, Tag.of("e", hello.id().hex())));
      first.deliver(by(FAN, Kind.REACTION, "x".repeat(500), 12, Tag.of("e", hello.id().hex())));
      for (int i = 0; i < Held.CAPACITY + 50; i++) {
        first.deliver(said(troll, "spam " + i, 100 + i));
      }
      first.deliver(by(FAN, Kind.REACTION, "🔥", 13, Tag.of("e", hello.id().hex())));
      awaitTold("Said hello", "🔥 to hello");
      assertThat(chat.history()).hasSize(1);
    }
  }

  @Test
  void a_listener_may_wait_for_another_thread_that_asks_the_chat() {
    first.store(said(FAN, "hello", 10));
    List<Integer> sizes = new CopyOnWriteArrayList<>();
    CompletableFuture<LiveChat> running = new CompletableFuture<>();
    try (LiveChat chat =
        following()
            .open(item -> {
              try {
                CompletableFuture<Integer> uiThread =
                    CompletableFuture.supplyAsync(() -> running.join().shown().size());
                sizes.add(uiThread.get(10, TimeUnit.SECONDS));
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            })) {
      running.complete(chat);
      await().untilAsserted(() -> assertThat(sizes).containsExactly(1));
    }
  }

  @Test
  void a_private_part_that_is_gone_hides_nobody_any_more() {
    KeySigner viewer = KeySigner.of(SecretKey.generate());
    MuteList hidden = MuteList.empty().mutePrivately(Tag.of("p", FAN.publicKey().hex()));
    first.store(
        viewer.sign(hidden.toTemplate(viewer, Instant.ofEpochSecond(5))), said(FAN, "hi", 10));
    try (LiveChat chat = following().viewer(viewer).open(new Told())) {
      await().atMost(SOON).until(() -> chat.history().isEmpty() && !first.asked().isEmpty());
      first.deliver(viewer.sign(MuteList.empty().toTemplate(viewer, Instant.ofEpochSecond(9))));
      await().atMost(SOON).until(() -> chat.history().size() == 1);
    }
  }

  @Test
  void a_malformed_reaction_before_the_history_harms_no_other() {
    Event hello = said(FAN, "hello", 10);
    second.store(hello);
    first.store(
        by(FAN, Kind.REACTION, "x".repeat(500), 11, Tag.of("e", hello.id().hex())),
        by(FAN, Kind.REACTION, "🔥", 12, Tag.of("e", hello.id().hex())));
    try (LiveChat chat = following().open(new Told())) {
      awaitTold("Said hello", "🔥 to hello");
    }
  }
}
