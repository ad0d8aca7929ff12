/** Floor 5: the chat of one stream as one feed out of many relays. */
@NullMarked
package com.wavlake.live.chat;

import org.jspecify.annotations.NullMarked;
