/** Commands: the ingest server, here. */
@NullMarked
package com.wavlake.cli.serve;

import org.jspecify.annotations.NullMarked;
