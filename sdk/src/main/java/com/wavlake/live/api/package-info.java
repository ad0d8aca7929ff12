/** Floor 4: the management API of an ingest server, authorised by NIP-98. */
@NullMarked
package com.wavlake.live.api;

import org.jspecify.annotations.NullMarked;
