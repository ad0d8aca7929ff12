/** What is measured, side by side with its peers. */
@NullMarked
package com.wavlake.benchmarks;

import org.jspecify.annotations.NullMarked;
