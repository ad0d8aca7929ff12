/** What is made once after a build, so that the tool starts fast. */
@NullMarked
package com.wavlake.cli.start;

import org.jspecify.annotations.NullMarked;
