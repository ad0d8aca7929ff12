package com.wavlake.ingest.hooks;

/** How one media engine speaks. */
public interface HookFormat {

  /**
   * Reads a call.
   *
   * @throws HookMalformed naming what is missing
   */
  HookCall parse(byte[] body) throws HookMalformed;

  /** Renders an answer to that call. */
  Reply reply(HookCall call, HookAnswer answer);

  /**
   * An HTTP answer.
   *
   * @param status of it
   * @param location a Location header; "" for none
   * @param body JSON, or words
   */
  record Reply(int status, String location, String body) {}
}
