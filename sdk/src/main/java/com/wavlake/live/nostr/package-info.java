/**
 * Floor 1: Nostr's own nouns (NIP-01, NIP-19): keys, events, filters and the frames that carry
 * them.
 */
@NullMarked
package com.wavlake.live.nostr;

import org.jspecify.annotations.NullMarked;
