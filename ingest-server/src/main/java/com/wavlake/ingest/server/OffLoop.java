package com.wavlake.ingest.server;

import com.wavlake.ingest.time.PeerGroup;
import com.wavlake.ingest.time.PerMinute;
import com.wavlake.ingest.time.Time;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests on virtual threads, so that they may use the database: so many at once, and of
 * one address so many reads a minute.
 */
final class OffLoop {
  private static final Logger log = LoggerFactory.getLogger(OffLoop.class);

  private final Vertx vertx;
  private final Clients clients;
  private final Time time;
  private final String what;
  private final int allowed;
  private final PerMinute reads;
  private final Semaphore atOnce;
  private final BiConsumer<RoutingContext, Problem> refuse;

  /**
   * For one kind of request.
   *
   * @param what they are called, in the plural
   * @param most of them at once
   */
  OffLoop(Vertx vertx, Services services, String what, int most) {
    this(vertx, services, what, most, (r, problem) -> ApiRoutes.refuse(r.response(), problem));
  }

  /**
   * The same.
   *
   * @param refuse says so in its own way
   */
  OffLoop(
      Vertx vertx,
      Services services,
      String what,
      int most,
      BiConsumer<RoutingContext, Problem> refuse) {
    this.vertx = vertx;
    this.clients = services.settings().clients();
    this.time = services.time();
    this.what = what;
    this.allowed = services.settings().rates().reads();
    this.reads = new PerMinute(allowed);
    this.atOnce = new Semaphore(most);
    this.refuse = refuse;
  }

  /** Blocks, and says what to do back on the event loop. */
  interface Work {
    Runnable run();
  }

  /** Begins one; refused at once when there are too many. */
  void run(RoutingContext request, Work work) {
    String peer = PeerGroup.of(clients.address(request.request()));
    HttpMethod method = request.request().method();
    boolean reading = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    if (reading && !reads.use(peer, time.now())) {
      refuse.accept(
          request,
          Problem.rateLimited(
              "Over " + allowed + " " + what + " a minute from your address.",
              reads.wait(peer, time.now())));
      return;
    }
    if (!atOnce.tryAcquire()) {
      refuse.accept(request, Problem.busy("Too many " + what + " at once; try again in a moment."));
      return;
    }
    Context loop = vertx.getOrCreateContext();
    Thread.ofVirtual()
        .name(what)
        .start(() -> {
          Runnable then;
          try {
            then = work.run();
          } catch (Problem problem) {
            then = () -> refuse.accept(request, problem);
          } catch (RuntimeException e) {
            log.error("{} {} failed", method, request.normalizedPath(), e);
            then =
                () ->
                    refuse.accept(
                        request,
                        new Problem(500, "internal", "Something went wrong here; it is logged."));
          } finally {
            atOnce.release();
          }
          Runnable last = then;
          loop.runOnContext(_ -> last.run());
        });
  }
}
