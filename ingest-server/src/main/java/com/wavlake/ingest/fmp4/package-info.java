/** Floor 2: ISO base media format as CMAF uses it: pure functions from samples to bytes. */
@NullMarked
package com.wavlake.ingest.fmp4;

import org.jspecify.annotations.NullMarked;
