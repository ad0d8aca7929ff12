package com.wavlake.ingest.server;

import com.wavlake.ingest.forward.Forwards;
import com.wavlake.ingest.forward.TargetStore;
import com.wavlake.ingest.record.Recordings;
import com.wavlake.ingest.thumb.Thumbnails;
import java.util.Optional;

/**
 * What becomes of media apart from being watched live.
 *
 * @param recordings on disk
 * @param thumbnails where there is a decoder
 * @param forwards copies to other services
 * @param targets where those go
 */
public record MediaStores(
    Recordings recordings,
    Optional<Thumbnails> thumbnails,
    Forwards forwards,
    TargetStore targets) {
  private static final String SUFFIX = ".jpg";

  /** What is at {@code /thumb/ID.jpg}. */
  public Optional<byte[]> thumbnail(String path) {
    return path.startsWith(VodRoutes.THUMB) && path.endsWith(SUFFIX)
        ? thumbnails.flatMap(all ->
            all.newest(path.substring(VodRoutes.THUMB.length(), path.length() - SUFFIX.length())))
        : Optional.empty();
  }
}
