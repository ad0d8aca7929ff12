package com.wavlake.live.api;

import java.util.Optional;

/**
 * A copy of a stream that its provider sends to another service.
 *
 * @param id of this forward
 * @param name what its owner calls it
 * @param server {@code rtmp://…} or {@code rtmps://…}; the key is never told
 * @param enabled whether it is used
 * @param state idle, connecting, live or retrying
 * @param detail why it is not live, in words
 * @param sentBytes since the encoder last connected
 */
public record Forward(
    String id,
    String name,
    String server,
    boolean enabled,
    String state,
    Optional<String> detail,
    long sentBytes) {}
