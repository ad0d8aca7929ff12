package com.wavlake.live.nostr;

/** Event kinds of this domain, and the ranges of NIP-01 that say how a relay keeps them. */
public final class Kind {
  /** Profile (NIP-01). */
  public static final int PROFILE = 0;

  /** Contact list (NIP-02). */
  public static final int CONTACTS = 3;

  /** Deletion request (NIP-09). */
  public static final int DELETION = 5;

  /** Reaction (NIP-25). */
  public static final int REACTION = 7;

  /** Live chat message (NIP-53). */
  public static final int CHAT_MESSAGE = 1311;

  /** Raid: one stream sends its viewers to another. */
  public static final int RAID = 1312;

  /** Clip of a stream. */
  public static final int CLIP = 1313;

  /** Timeout: a host silences somebody in their chat for a while. */
  public static final int CHAT_TIMEOUT = 1314;

  /** Report (NIP-56). */
  public static final int REPORT = 1984;

  /** Zap request (NIP-57): goes to an LNURL provider, never to relays. */
  public static final int ZAP_REQUEST = 9734;

  /** Zap receipt (NIP-57). */
  public static final int ZAP_RECEIPT = 9735;

  /** Zap goal (NIP-75). */
  public static final int ZAP_GOAL = 9041;

  /** Mute list (NIP-51). */
  public static final int MUTE_LIST = 10000;

  /** Relay list (NIP-65). */
  public static final int RELAY_LIST = 10002;

  /** Presence in a meeting room (NIP-53). */
  public static final int ROOM_PRESENCE = 10312;

  /** Authentication to a relay (NIP-42). */
  public static final int RELAY_AUTH = 22242;

  /** Request to a remote signer, or its answer (NIP-46). */
  public static final int REMOTE_SIGNING = 24133;

  /** HTTP authorisation (NIP-98). */
  public static final int HTTP_AUTH = 27235;

  /** Live stream (NIP-53). */
  public static final int LIVE_STREAM = 30311;

  /** Meeting space (NIP-53). */
  public static final int MEETING_SPACE = 30312;

  /** Meeting in a space (NIP-53). */
  public static final int MEETING_ROOM = 30313;

  /** What an application handles (NIP-89). */
  public static final int HANDLER = 31990;

  private Kind() {}

  /** Only the newest of an author and kind is kept. */
  public static boolean isReplaceable(int kind) {
    return kind == PROFILE || kind == CONTACTS || (kind >= 10_000 && kind < 20_000);
  }

  /** Passed on, never stored. */
  public static boolean isEphemeral(int kind) {
    return kind >= 20_000 && kind < 30_000;
  }

  /** Only the newest of an author, kind and {@code d} tag is kept. */
  public static boolean isAddressable(int kind) {
    return kind >= 30_000 && kind < 40_000;
  }
}
