/** Checks: of a provider from end to end, and of what a person has set up. */
@NullMarked
package com.wavlake.cli.check;

import org.jspecify.annotations.NullMarked;
