/** Floor 3: relays over WebSocket: one connection, and many as a pool. */
@NullMarked
package com.wavlake.live.relay;

import org.jspecify.annotations.NullMarked;
