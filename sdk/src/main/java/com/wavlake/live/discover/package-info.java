/** Floor 5: which streams there are, out of many relays. */
@NullMarked
package com.wavlake.live.discover;

import org.jspecify.annotations.NullMarked;
