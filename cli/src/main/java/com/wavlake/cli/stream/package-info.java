/** Commands: streams at the provider. */
@NullMarked
package com.wavlake.cli.stream;

import org.jspecify.annotations.NullMarked;
