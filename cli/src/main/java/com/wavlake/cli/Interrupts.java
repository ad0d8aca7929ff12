package com.wavlake.cli;

import org.jline.utils.Signals;

/**
 * Ctrl-C, SIGTERM and a closed terminal end a command the way it wants to end; a second Ctrl-C ends
 * it at once.
 */
final class Interrupts {
  private Interrupts() {}

  static void onInterrupt(Runnable end) {
    for (String signal : new String[] {"INT", "TERM", "HUP"}) {
      Signals.register(
          signal,
          () -> {
            Signals.registerDefault(signal);
            end.run();
          });
    }
  }
}
