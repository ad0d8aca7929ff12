/** The pages: their files, the HTML around them, and what a browser may do in them. */
@NullMarked
package com.wavlake.ingest.web;

import org.jspecify.annotations.NullMarked;
