package com.wavlake.cli.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The file with a profile's identities; one of them is in use. */
final class IdentityBook {
  private static final String FILE = "identity.json";

  private final Workspace workspace;

  IdentityBook(Workspace workspace) {
    this.workspace = workspace;
  }

  List<Identity> all() {
    ObjectNode file = workspace.read(FILE);
    List<Identity> found = new ArrayList<>();
    try {
      if (file.has("secret")) { // as the first versions wrote it: one alone
        found.add(Identity.parse(file));
      }
      for (JsonNode each : file.path("identities")) {
        found.add(Identity.parse(each));
      }
    } catch (IllegalArgumentException | LiveException e) {
      throw Workspace.damaged(workspace.directory().resolve(FILE), "holds what is no identity");
    }
    return found;
  }

  Optional<Identity> current() {
    String npub = workspace.read(FILE).path("current").asText();
    List<Identity> all = all();
    return all.stream()
        .filter(i -> i.key().npub().equals(npub))
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  Optional<Identity> called(String nameOrNpub) {
    return all().stream().filter(i -> i.isCalled(nameOrNpub)).findFirst();
  }

  /** Keeps it, in place of what was kept for the same key, and uses it. */
  void put(Identity identity) {
    workspace.alone(() -> {
      List<Identity> all = all();
      all.removeIf(i -> i.key().equals(identity.key()));
      all.add(identity);
      write(all, identity.key());
    });
  }

  void use(PublicKey key) {
    workspace.alone(() -> write(all(), key));
  }

  void remove(PublicKey key) {
    workspace.alone(() -> {
      Optional<Identity> inUse = current();
      List<Identity> left = all();
      left.removeIf(i -> i.key().equals(key));
      write(left, inUse.map(Identity::key).orElse(key));
    });
  }

  private void write(List<Identity> all, PublicKey inUse) {
    ObjectNode file = Console.object().put("current", inUse.npub());
    ArrayNode list = file.putArray("identities");
    all.forEach(i -> list.add(i.toJson()));
    workspace.write(FILE, file);
  }
}
