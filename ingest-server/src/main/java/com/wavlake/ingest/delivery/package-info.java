/** Floor 1: what has to reach somebody else, again and again until it does. */
@NullMarked
package com.wavlake.ingest.delivery;

import org.jspecify.annotations.NullMarked;
