/** What all commands share. */
@NullMarked
package com.wavlake.cli.command;

import org.jspecify.annotations.NullMarked;
