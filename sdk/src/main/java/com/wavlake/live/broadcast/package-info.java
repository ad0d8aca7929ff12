/** Floor 5: the life of one's own stream on relays: planned, live, ended. */
@NullMarked
package com.wavlake.live.broadcast;

import org.jspecify.annotations.NullMarked;
