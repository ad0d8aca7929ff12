/** What is kept between commands: identity, provider, streams, keys. */
@NullMarked
package com.wavlake.cli.profile;

import org.jspecify.annotations.NullMarked;
