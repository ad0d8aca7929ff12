package com.wavlake.cli.live;

import com.wavlake.cli.shell.Console;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.RelayState;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Tells when a relay is lost, and when it is back. */
final class RelayNews {
  private final Console console;
  private final Set<String> connected = ConcurrentHashMap.newKeySet();
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  RelayNews(Console console, RelayPool relays) {
    this.console = console;
    relays
        .states()
        .forEach((url, state) -> {
          if (state == RelayState.CONNECTED) {
            connected.add(url);
          }
        });
    relays.onState(this::changed);
  }

  private void changed(String url, RelayState state) {
    if (over) {
      return;
    }
    if (state == RelayState.CONNECTED) {
      connected.add(url);
      if (lost.remove(url)) {
        tell(url, "back", "is back");
      }
    } else if (connected.remove(url) && lost.add(url)) {
      tell(url, "lost", "is lost, trying again");
    }
  }

  private void tell(String url, String state, String words) {
    console.event(
        "relay",
        Console.object().put("relay", url).put("state", state),
        "relay     " + Console.plain(url) + " " + words);
  }

  /** Nothing more: we are leaving. */
  void over() {
    over = true;
  }
}
