/** Floor 5: who may publish here. */
@NullMarked
package com.wavlake.ingest.access;

import org.jspecify.annotations.NullMarked;
