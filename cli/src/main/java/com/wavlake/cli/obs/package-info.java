/** Commands: OBS. */
@NullMarked
package com.wavlake.cli.obs;

import org.jspecify.annotations.NullMarked;
