/** Floor 3: samples to parts to segments to playlists. */
@NullMarked
package com.wavlake.ingest.hls;

import org.jspecify.annotations.NullMarked;
