/** The encoder that wlk runs: a child process, or the clip that it brings. */
@NullMarked
package com.wavlake.cli.encoder;

import org.jspecify.annotations.NullMarked;
