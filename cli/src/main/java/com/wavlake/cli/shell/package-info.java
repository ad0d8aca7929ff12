/** How a command speaks: streams, colours, prompts, signals, errors, the log. */
@NullMarked
package com.wavlake.cli.shell;

import org.jspecify.annotations.NullMarked;
