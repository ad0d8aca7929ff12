package com.wavlake.ingest.picture;

/**
 * A picture out there.
 *
 * @param url where it is
 * @param limits what it may be: the same may be fit as a picture and too large for an emoji
 */
record Wanted(String url, Limits limits) {}
