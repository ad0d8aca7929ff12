/** Floor 2: RTMP, both sides: handshake, chunks, messages, FLV tags. */
@NullMarked
package com.wavlake.ingest.rtmp;

import org.jspecify.annotations.NullMarked;
