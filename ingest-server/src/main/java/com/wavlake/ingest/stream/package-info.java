/** Floor 4: a stream's life, which outlives any TCP connection. */
@NullMarked
package com.wavlake.ingest.stream;

import org.jspecify.annotations.NullMarked;
