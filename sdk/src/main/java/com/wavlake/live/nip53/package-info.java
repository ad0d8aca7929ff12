/** Floor 4: live activities (NIP-53): the stream and its chat messages as values. */
@NullMarked
package com.wavlake.live.nip53;

import org.jspecify.annotations.NullMarked;
