/** Floor 5: other media engines, with this server as their control plane. */
@NullMarked
package com.wavlake.ingest.hooks;

import org.jspecify.annotations.NullMarked;
