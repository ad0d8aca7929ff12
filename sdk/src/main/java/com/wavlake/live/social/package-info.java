/** Floor 4: people around a stream: profiles, mutes, reports, reactions, zaps. */
@NullMarked
package com.wavlake.live.social;

import org.jspecify.annotations.NullMarked;
