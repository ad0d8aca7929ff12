package com.wavlake.ingest;

import com.wavlake.ingest.access.Access;
import com.wavlake.ingest.access.AccessMode;
import com.wavlake.ingest.access.PublisherStore;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.util.HashSet;
import java.util.Set;

/** Who may create streams, as it is configured. */
record AccessSettings(AccessMode mode, Set<PublicKey> invited, Set<PublicKey> admins) {
  private static final String EVERYBODY = "*";

  /**
   * Reads it.
   *
   * @param isPublic whether others than this machine's users reach the server
   */
  static AccessSettings of(Config config, boolean isPublic) {
    String npubs = config.text("access.npubs");
    Set<PublicKey> invited = npubs.equals(EVERYBODY) ? Set.of() : keys(config, "access.npubs");
    Set<PublicKey> admins = keys(config, "access.admins");
    AccessMode mode;
    if (!config.text("access.mode").isEmpty()) {
      mode = config.choice("access.mode", AccessMode.values());
    } else if (npubs.equals(EVERYBODY)) {
      mode = AccessMode.OPEN;
    } else {
      mode = isPublic || !invited.isEmpty() ? AccessMode.ALLOWLIST : AccessMode.OPEN;
    }
    if (mode == AccessMode.ALLOWLIST && invited.isEmpty() && admins.isEmpty()) {
      throw new ConfigException(
          "access.npubs: needed for a public server: who may create streams ('*' for everybody), or access.admins");
    }
    if (mode == AccessMode.ADMIN && admins.isEmpty()) {
      throw new ConfigException("access.admins: needed for access.mode admin");
    }
    return new AccessSettings(mode, invited, admins);
  }

  Access with(PublisherStore store) {
    return new Access(mode, invited, admins, store);
  }

  private static Set<PublicKey> keys(Config config, String key) {
    Set<PublicKey> keys = new HashSet<>();
    for (String npub : config.list(key)) {
      try {
        keys.add(PublicKey.parse(npub));
      } catch (InvalidEvent e) {
        throw new ConfigException(key + ": '" + npub + "' is no npub");
      }
    }
    if (keys.isEmpty() && !config.text(key).isEmpty()) {
      throw new ConfigException(key + ": '" + config.text(key) + "' names nobody");
    }
    return keys;
  }
}
