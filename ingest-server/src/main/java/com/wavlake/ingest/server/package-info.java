/** Floor 6: sockets: RTMP, HTTP, WebSocket. */
@NullMarked
package com.wavlake.ingest.server;

import org.jspecify.annotations.NullMarked;
