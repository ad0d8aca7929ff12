package com.wavlake.ingest.fmp4;

import com.wavlake.ingest.media.Sample;

/**
 * A sample whose duration is known because the next one has come.
 *
 * @param sample the sample
 * @param duration in its track's ticks
 */
public record TimedSample(Sample sample, int duration) {}
