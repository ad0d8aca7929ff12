package com.wavlake.ingest.web;

import java.util.Optional;

/**
 * What a page says of itself to browsers, search engines and whoever shows links.
 *
 * @param title of the page
 * @param description one sentence or two
 * @param url where it lives; nothing for what lives nowhere
 * @param video the stream that it shows, if it shows one
 */
public record Head(String title, String description, Optional<String> url, Optional<Video> video) {
  /**
   * A stream as links to it are shown (Open Graph, oEmbed).
   *
   * @param embed the player alone
   * @param image a picture of it
   * @param oembed where more is said of it
   */
  public record Video(String embed, Optional<String> image, String oembed) {}
}
