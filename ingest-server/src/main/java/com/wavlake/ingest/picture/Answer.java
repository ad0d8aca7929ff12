package com.wavlake.ingest.picture;

/** What who asks for a picture is told; why there is none is not for them. */
public sealed interface Answer {
  /** Here it is. */
  record Found(Picture picture) implements Answer {}

  /** There is none, or none that is fit. */
  record Missing() implements Answer {}

  /** Not yet: it is being fetched, or will be, or too much is. */
  record Busy() implements Answer {}
}
