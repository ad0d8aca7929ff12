package com.wavlake.live.api;

/**
 * A new webhook and what its notices are signed with.
 *
 * @param webhook as it is listed from now on
 * @param secret {@code whsec_…}, shown this once; not by {@link #toString}
 */
public record CreatedWebhook(Webhook webhook, String secret) {
  @Override
  public String toString() {
    return "CreatedWebhook[webhook=" + webhook + ", secret=whsec_…]";
  }
}
