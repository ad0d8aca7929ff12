/** Small programs on the SDK; the build runs each against a real server. */
@NullMarked
package com.wavlake.examples;

import org.jspecify.annotations.NullMarked;
