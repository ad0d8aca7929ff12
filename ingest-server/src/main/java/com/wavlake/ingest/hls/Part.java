package com.wavlake.ingest.hls;

import java.nio.ByteBuffer;

/**
 * A partial segment: one whole fragment.
 *
 * @param bytes in a shared direct buffer; take a duplicate before reading
 * @param seconds its length
 * @param independent whether decoding can start with it
 */
public record Part(ByteBuffer bytes, double seconds, boolean independent) {}
