/** Going live. */
@NullMarked
package com.wavlake.cli.live;

import org.jspecify.annotations.NullMarked;
