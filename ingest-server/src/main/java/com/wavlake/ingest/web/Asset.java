package com.wavlake.ingest.web;

/**
 * A file of the pages, as it is sent.
 *
 * @param mediaType for {@code Content-Type}
 * @param bytes as they are
 * @param gzip the same, compressed
 */
public record Asset(String mediaType, byte[] bytes, byte[] gzip) {}
