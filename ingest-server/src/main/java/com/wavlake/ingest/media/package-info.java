/** Floor 0: tracks and samples, no I/O. */
@NullMarked
package com.wavlake.ingest.media;

import org.jspecify.annotations.NullMarked;
