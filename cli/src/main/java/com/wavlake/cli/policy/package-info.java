/** Commands: the rules of chat for other relays. */
@NullMarked
package com.wavlake.cli.policy;

import org.jspecify.annotations.NullMarked;
