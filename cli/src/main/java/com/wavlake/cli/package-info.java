/** The wlk command: each command parses, calls the SDK, prints. */
@NullMarked
package com.wavlake.cli;

import org.jspecify.annotations.NullMarked;
