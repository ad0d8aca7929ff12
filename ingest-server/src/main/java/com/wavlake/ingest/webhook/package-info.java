/** Floor 5: telling owners' own servers what happens to their streams. */
@NullMarked
package com.wavlake.ingest.webhook;

import org.jspecify.annotations.NullMarked;
