package com.wavlake.ingest.stream;

import com.wavlake.ingest.hls.HlsSettings;
import java.time.Duration;

/**
 * What holds for every stream.
 *
 * @param hls how it is cut
 * @param lostGrace how long a lost encoder is waited for
 * @param stopGrace how long one that stopped is waited for
 * @param retention how long an ended stream is kept
 * @param linger how long an ended stream's last playlist is served
 * @param maxStreams how many encoders at a time
 * @param maxViewers how many viewers at a time, all streams together
 * @param maxKbps what a streamer is warned above, in kbit/s
 * @param recording which streams are recorded
 * @param recordingRetention how long a recorded stream is kept
 * @param takeover whether a newcomer may take a connected encoder's place
 */
public record StreamSettings(
    HlsSettings hls,
    Duration lostGrace,
    Duration stopGrace,
    Duration retention,
    Duration linger,
    int maxStreams,
    int maxViewers,
    int maxKbps,
    RecordingMode recording,
    Duration recordingRetention,
    Takeover takeover) {}
