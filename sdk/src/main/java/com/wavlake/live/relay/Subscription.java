package com.wavlake.live.relay;

import com.wavlake.live.nostr.Filter;
import java.util.List;

/** A running REQ. It survives reconnects; closing it sends CLOSE. */
public interface Subscription extends AutoCloseable {

  /** Asks for something else from now on; what was delivered already is not delivered again. */
  void update(List<Filter> filters);

  /** No more events after this returns, but for one that may be under way. */
  @Override
  void close();
}
