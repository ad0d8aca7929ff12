/** Floor 1: decoder configurations: what a track is, in the words of RFC 6381. */
@NullMarked
package com.wavlake.ingest.codec;

import org.jspecify.annotations.NullMarked;
