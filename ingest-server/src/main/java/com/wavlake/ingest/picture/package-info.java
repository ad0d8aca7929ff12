/** Floor 5: pictures that events name, fetched in the viewers' stead. */
@NullMarked
package com.wavlake.ingest.picture;

import org.jspecify.annotations.NullMarked;
