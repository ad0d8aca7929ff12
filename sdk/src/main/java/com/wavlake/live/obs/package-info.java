/** Floor 5: what a streamer enters in OBS. */
@NullMarked
package com.wavlake.live.obs;

import org.jspecify.annotations.NullMarked;
