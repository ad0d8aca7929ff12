/** Floor 5: live media to disk, to be watched afterwards. */
@NullMarked
package com.wavlake.ingest.record;

import org.jspecify.annotations.NullMarked;
