/** Floor 5: the database behind the ports. */
@NullMarked
package com.wavlake.ingest.store;

import org.jspecify.annotations.NullMarked;
