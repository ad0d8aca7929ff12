package com.wavlake.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.nostr.LiveException;
import java.util.List;
import java.util.Optional;

/**
 * Where people watch a stream.
 *
 * @param hls its playlist, for a player
 * @param page its page, for a browser, at a provider that has pages
 */
public record WhereToWatch(String hls, Optional<String> page) {

  /** At a provider that says what it has; {@code idOrNaddr} names the stream in the page's URL. */
  public static WhereToWatch at(ProviderInfo provider, String idOrNaddr, String hls) {
    return new WhereToWatch(hls, provider.watchPage(idOrNaddr));
  }

  /** A stream's page, where there is one: a provider that does not say so has none. */
  public static Optional<String> page(ManagementClient client, String idOrNaddr) {
    try {
      return client.info().watchPage(idOrNaddr);
    } catch (LiveException e) {
      return Optional.empty();
    }
  }

  /** The one to tell people. */
  public String best() {
    return Console.plain(page.orElse(hls));
  }

  /** One line a place, under names of {@code width} characters. */
  public List<String> lines(int width) {
    String line = "%-" + width + "s%s";
    String watch = String.format(line, "watch", best());
    return page.isEmpty()
        ? List.of(watch)
        : List.of(watch, String.format(line, "player", Console.plain(hls)));
  }

  /** Both, as scripts have them. */
  public ObjectNode in(ObjectNode json) {
    return json.put("hls_playback", hls).put("watch_url", page.orElse(null));
  }
}
