package com.wavlake.ingest.web;

/** The pages there are. */
public enum Page {
  /** What is live here. */
  HOME("app/home.js", "style/page.css", Frame.FULL),
  /** A stream, and its chat. */
  WATCH("app/watch.js", "style/page.css", Frame.FULL),
  /** Where streamers go live from. */
  DASHBOARD("app/dashboard.js", "style/page.css", Frame.FULL),
  /** The player alone, within other sites. */
  EMBED("app/embed.js", "style/page.css", Frame.EMBEDDED),
  /** A chat for OBS to lay over the picture. */
  OVERLAY("app/overlay.js", "style/overlay.css", Frame.BARE),
  /** A few words, and nothing that runs: there is no such page, or it cannot be had just now. */
  NOTICE("", "style/page.css", Frame.FULL);

  /** What stands around a page, and what it may stand in. */
  enum Frame {
    /** With the site's bar, in no frame. */
    FULL,
    /** With nothing, in anybody's frame. */
    EMBEDDED,
    /** With nothing, in no frame. */
    BARE
  }

  private final String script;
  private final String style;
  private final Frame frame;

  Page(String script, String style, Frame frame) {
    this.script = script;
    this.style = style;
    this.frame = frame;
  }

  String script() {
    return script;
  }

  String style() {
    return style;
  }

  Frame frame() {
    return frame;
  }
}
