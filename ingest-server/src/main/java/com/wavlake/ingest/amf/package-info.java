/** Floor 0: AMF0 values. */
@NullMarked
package com.wavlake.ingest.amf;

import org.jspecify.annotations.NullMarked;
