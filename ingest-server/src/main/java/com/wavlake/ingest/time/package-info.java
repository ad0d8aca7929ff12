/** Floor 0: the one port to the clock. */
@NullMarked
package com.wavlake.ingest.time;

import org.jspecify.annotations.NullMarked;
