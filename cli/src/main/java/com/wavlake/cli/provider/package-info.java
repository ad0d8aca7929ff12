/** Commands: the ingest server to stream to, and relays. */
@NullMarked
package com.wavlake.cli.provider;

import org.jspecify.annotations.NullMarked;
