package com.wavlake.live.api;

import java.time.Instant;

/**
 * Something that went wrong with a stream.
 *
 * @param at when
 * @param type the provider's stable name for it
 * @param message in words
 */
public record StreamError(Instant at, String type, String message) {}
