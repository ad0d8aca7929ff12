package com.wavlake.live.api;

/**
 * Something of a provider that can be full.
 *
 * @param name {@code streams}, {@code viewers}, {@code traffic} (bytes of media this month) or
 *     {@code cpu} (percent over five minutes)
 * @param now how much is used
 * @param limit of how much
 * @param scaleUpAt from where on it is time for more
 * @param scaleUp whether it is
 */
public record Capacity(String name, double now, double limit, double scaleUpAt, boolean scaleUp) {}
