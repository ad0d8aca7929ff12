package com.wavlake.ingest.server;

import com.wavlake.ingest.stream.StreamRegistry;

/**
 * What the event loops share to serve media.
 *
 * @param registry where the streams are
 * @param playlists rendered once for all
 * @param sender writes bodies, and counts them
 * @param clients who asks
 * @param viewersBy how viewers are counted
 * @param tokens their names, where they are told apart by tokens
 */
record HlsContext(
    StreamRegistry registry,
    RenderedPlaylists playlists,
    MediaSender sender,
    Clients clients,
    ViewersBy viewersBy,
    ViewerTokens tokens) {}
