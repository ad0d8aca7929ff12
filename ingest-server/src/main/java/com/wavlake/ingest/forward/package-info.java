/** Floor 5: copies of live streams to other services. */
@NullMarked
package com.wavlake.ingest.forward;

import org.jspecify.annotations.NullMarked;
