/** Floor 2, optional: types of other libraries, for programs that already use them. */
@NullMarked
package com.wavlake.live.bridge;

import org.jspecify.annotations.NullMarked;
