/** Floor 2: the web that is not Nostr, asked with care. */
@NullMarked
package com.wavlake.live.net;

import org.jspecify.annotations.NullMarked;
