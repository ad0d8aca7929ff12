package com.wavlake.ingest.hls;

import com.wavlake.ingest.media.SharedBytes;

/**
 * A partial segment: one whole fragment.
 *
 * @param bytes held by the timeline while it holds the part; hold them before reading
 * @param seconds its length
 * @param independent whether decoding can start with it
 */
public record Part(SharedBytes bytes, double seconds, boolean independent) {}
