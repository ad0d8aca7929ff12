/** Floor 5: last wills, and the durable way of what was released to the relays. */
@NullMarked
package com.wavlake.ingest.outbox;

import org.jspecify.annotations.NullMarked;
