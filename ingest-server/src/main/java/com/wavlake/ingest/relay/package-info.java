/** Floor 4: the embedded Nostr relay, without its sockets and its database. */
@NullMarked
package com.wavlake.ingest.relay;

import org.jspecify.annotations.NullMarked;
