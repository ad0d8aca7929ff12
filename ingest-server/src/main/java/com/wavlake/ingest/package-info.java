/** Floor 7: the ingest server put together. */
@NullMarked
package com.wavlake.ingest;

import org.jspecify.annotations.NullMarked;
