package com.wavlake.ingest.store;

import com.wavlake.ingest.moderation.ChatPace;
import com.wavlake.ingest.moderation.ChatRules;
import com.wavlake.ingest.moderation.ChatRulesStore;
import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rules of chats in the database. */
public final class SqlChatRulesStore implements ChatRulesStore {
  private final Database database;

  /** On an open database. */
  public SqlChatRulesStore(Database database) {
    this.database = database;
  }

  @Override
  public ChatRules rules(String streamId) {
    return database.read(h -> {
      Map<PublicKey, Optional<Instant>> bans = new HashMap<>();
      h.createQuery("SELECT pubkey, until FROM chat_bans WHERE stream_id = ?")
          .bind(0, streamId)
          .map((row, _) ->
              bans.put(PublicKey.parse(row.getString("pubkey")), StreamStore.time(row, "until")))
          .list();
      return h.createQuery("SELECT * FROM chat_rules WHERE stream_id = ?")
          .bind(0, streamId)
          .map((row, _) ->
              new ChatRules(
                  Duration.ofSeconds(row.getInt("slow_mode_seconds")),
                  row.getInt("pow_bits"),
                  bans))
          .findOne()
          .orElseGet(() -> new ChatRules(Duration.ZERO, 0, bans));
    });
  }

  @Override
  public void keep(String streamId, ChatRules rules) {
    database.write(h -> {
      h.execute(
          "INSERT INTO chat_rules (stream_id, slow_mode_seconds, pow_bits) VALUES (?, ?, ?)"
              + " ON CONFLICT (stream_id) DO UPDATE SET slow_mode_seconds = excluded.slow_mode_seconds,"
              + " pow_bits = excluded.pow_bits",
          streamId,
          rules.slowMode().toSeconds(),
          rules.powBits());
      h.execute("DELETE FROM chat_bans WHERE stream_id = ?", streamId);
      rules.bans().forEach((who, until) -> insert(h, streamId, who, until));
      return null;
    });
  }

  @Override
  public boolean ban(String streamId, PublicKey who, Optional<Instant> until, Instant now) {
    return database.write(h -> {
      h.execute("DELETE FROM chat_bans WHERE stream_id = ? AND until < ?", streamId, now);
      boolean longer =
          until.isPresent()
              && h.createQuery(
                      "SELECT 1 FROM chat_bans WHERE stream_id = ? AND pubkey = ?"
                          + " AND (until IS NULL OR until >= ?)")
                  .bind(0, streamId)
                  .bind(1, who.hex())
                  .bind(2, until.get())
                  .mapTo(Integer.class)
                  .findFirst()
                  .isPresent();
      if (longer) {
        return true;
      }
      h.execute("DELETE FROM chat_bans WHERE stream_id = ? AND pubkey = ?", streamId, who.hex());
      int there =
          h.createQuery("SELECT count(*) FROM chat_bans WHERE stream_id = ?")
              .bind(0, streamId)
              .mapTo(Integer.class)
              .one();
      if (there >= ChatRules.MAX_BANS) {
        return false;
      }
      insert(h, streamId, who, until);
      return true;
    });
  }

  private static void insert(Handle h, String streamId, PublicKey who, Optional<Instant> until) {
    h.createUpdate(
            "INSERT INTO chat_bans (stream_id, pubkey, until) VALUES (:stream, :who, :until)")
        .bind("stream", streamId)
        .bind("who", who.hex())
        .bind("until", until.orElse(null))
        .execute();
  }

  @Override
  public void keepPace(List<ChatPace.Message> newest) {
    if (newest.isEmpty()) {
      return;
    }
    database.write(h -> {
      newest.forEach(m ->
          h.execute(
              "INSERT INTO chat_rate_limits (pubkey, stream_id, last_message_at, message_count, window_start)"
                  + " SELECT ?, id, ?, ?, ? FROM streams WHERE id = ?"
                  + " ON CONFLICT (pubkey, stream_id) DO UPDATE SET last_message_at = excluded.last_message_at,"
                  + " message_count = chat_rate_limits.message_count + excluded.message_count,"
                  + " window_start = excluded.window_start",
              m.author().hex(),
              m.at(),
              m.count(),
              m.at(),
              m.streamId()));
      return null;
    });
  }

  @Override
  public List<ChatPace.Message> paceSince(Instant since) {
    return database.read(h ->
        h.createQuery("SELECT * FROM chat_rate_limits WHERE last_message_at >= ?")
            .bind(0, since)
            .map((row, _) ->
                new ChatPace.Message(
                    PublicKey.parse(row.getString("pubkey")),
                    row.getString("stream_id"),
                    row.getTimestamp("last_message_at").toInstant(),
                    0))
            .list());
  }
}
