package com.wavlake.cli.check;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that is waited for so long and no longer, whatever it waits for itself. */
final class Bounded {
  private Bounded() {}

  /**
   * What the work answers; it runs on a thread of its own, which is interrupted when it takes too
   * long.
   *
   * @throws LiveException TIMED_OUT when it does
   */
  static <T> T call(Duration limit, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().name("check").start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new LiveException(
          Category.TIMED_OUT, "no answer within " + Millis.words(limit.toMillis()), e);
    } catch (InterruptedException e) {
      task.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
