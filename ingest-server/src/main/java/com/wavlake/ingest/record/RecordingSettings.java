package com.wavlake.ingest.record;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where recordings go, and how much of them.
 *
 * @param directory one folder a stream
 * @param quotaBytes of all recordings together
 * @param minFreeBytes that stay free on the disk
 * @param retention how long a finished one is kept
 */
public record RecordingSettings(
    Path directory, long quotaBytes, long minFreeBytes, Duration retention) {}
