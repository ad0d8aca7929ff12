/** Commands: events as JSON lines. */
@NullMarked
package com.wavlake.cli.event;

import org.jspecify.annotations.NullMarked;
