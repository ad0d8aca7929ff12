/** Floor 5: what the relay takes, and the rules of chat. */
@NullMarked
package com.wavlake.ingest.moderation;

import org.jspecify.annotations.NullMarked;
