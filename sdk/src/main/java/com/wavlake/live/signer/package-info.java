/** Floor 2: who signs. Nothing above this floor touches a secret key. */
@NullMarked
package com.wavlake.live.signer;

import org.jspecify.annotations.NullMarked;
