package com.wavlake.live.net;

import java.util.Optional;

/**
 * What was fetched.
 *
 * @param bytes all of it, as it was sent; not copied
 * @param mediaType what the server calls it, in lower case and without parameters, for instance
 *     {@code image/png}: its word alone
 */
public record Download(byte[] bytes, Optional<String> mediaType) {}
