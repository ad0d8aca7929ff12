/** Commands: find streams and watch them. */
@NullMarked
package com.wavlake.cli.find;

import org.jspecify.annotations.NullMarked;
