/** Floor 5: still pictures of live streams. */
@NullMarked
package com.wavlake.ingest.thumb;

import org.jspecify.annotations.NullMarked;
