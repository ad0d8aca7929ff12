/** Floor 0: elliptic-curve arithmetic behind one interface. Not part of the public API. */
@NullMarked
package com.wavlake.live.crypto;

import org.jspecify.annotations.NullMarked;
