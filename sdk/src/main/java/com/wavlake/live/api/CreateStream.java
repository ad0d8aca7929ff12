package com.wavlake.live.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What to ask of {@code POST /api/v1/streams/create}.
 *
 * @param title 1 … 100 characters
 * @param description at most 500 characters
 * @param category for instance {@code music}; its topic
 * @param enableChat whether the provider's relay takes chat for it
 * @param starts when it is planned for
 * @param image the picture's URL
 * @param tags further topics
 * @param record whether to record it, where the provider leaves that to its owner
 * @param reuseKeyOf one's own ended stream whose key moves to this one
 */
public record CreateStream(
    String title,
    String description,
    String category,
    boolean enableChat,
    Optional<Instant> starts,
    Optional<String> image,
    List<String> tags,
    boolean record,
    Optional<String> reuseKeyOf) {

  /** Copies the tags. */
  public CreateStream {
    tags = List.copyOf(tags);
  }

  /** A stream with chat, category {@code other}. */
  public static CreateStream titled(String title) {
    return new CreateStream(
        title,
        "",
        "other",
        true,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        Optional.empty());
  }

  /** With a description. */
  public CreateStream description(String text) {
    return new CreateStream(
        title, text, category, enableChat, starts, image, tags, record, reuseKeyOf);
  }

  /** In a category. */
  public CreateStream category(String name) {
    return new CreateStream(
        title, description, name, enableChat, starts, image, tags, record, reuseKeyOf);
  }

  /** With or without chat. */
  public CreateStream enableChat(boolean enabled) {
    return new CreateStream(
        title, description, category, enabled, starts, image, tags, record, reuseKeyOf);
  }

  /** Planned for later. */
  public CreateStream starts(Instant when) {
    return new CreateStream(
        title,
        description,
        category,
        enableChat,
        Optional.of(when),
        image,
        tags,
        record,
        reuseKeyOf);
  }

  /** With a picture. */
  public CreateStream image(String url) {
    return new CreateStream(
        title,
        description,
        category,
        enableChat,
        starts,
        Optional.of(url),
        tags,
        record,
        reuseKeyOf);
  }

  /** With further topics. */
  public CreateStream tags(List<String> topics) {
    return new CreateStream(
        title, description, category, enableChat, starts, image, topics, record, reuseKeyOf);
  }

  /** To be recorded, where the provider leaves that to its owner. */
  public CreateStream record(boolean wanted) {
    return new CreateStream(
        title, description, category, enableChat, starts, image, tags, wanted, reuseKeyOf);
  }

  /** With the key of one's own ended stream, so that OBS need not be set up again. */
  public CreateStream reuseKeyOf(String streamId) {
    return new CreateStream(
        title,
        description,
        category,
        enableChat,
        starts,
        image,
        tags,
        record,
        Optional.of(streamId));
  }
}
