package com.wavlake.ingest.access;

/** Who may create streams. */
public enum AccessMode {
  /** Everybody who was not denied. */
  OPEN,
  /** The configured npubs, and whom an admin has approved. */
  ALLOWLIST,
  /** Whom an admin has approved; who asks is put on the list. */
  ADMIN
}
