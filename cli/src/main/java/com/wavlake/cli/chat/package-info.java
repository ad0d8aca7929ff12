/** Commands: a stream's chat. */
@NullMarked
package com.wavlake.cli.chat;

import org.jspecify.annotations.NullMarked;
