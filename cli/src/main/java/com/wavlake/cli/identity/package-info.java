/** Commands: the key that signs. */
@NullMarked
package com.wavlake.cli.identity;

import org.jspecify.annotations.NullMarked;
