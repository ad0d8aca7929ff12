package com.wavlake.cli.shell;

import org.jline.utils.Signals;

/**
 * Ctrl-C, SIGTERM and a closed terminal end a command the way it wants to end; a second Ctrl-C ends
 * it at once.
 */
public final class Interrupts {
  private Interrupts() {}

  public static void onInterrupt(Runnable end) {
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
