package com.wavlake.ingest.stream;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A journal that a test can break. */
public final class MemoryJournal implements StreamJournal, KeyDirectory {
  private final Map<String, StreamRecord> records = new LinkedHashMap<>();
  final List<String> errors = new ArrayList<>();
  boolean broken;

  /** Adds a stream. */
  public void put(StreamRecord record) {
    records.put(record.id(), record);
  }

  @Override
  public Optional<StreamRecord> find(String id) {
    return Optional.ofNullable(records.get(id));
  }

  @Override
  public Optional<StreamRecord> byKeyHash(String keyHash) {
    return records.values().stream().filter(record -> record.keyHash().equals(keyHash)).findFirst();
  }

  @Override
  public List<StreamRecord> unfinished() {
    return records.values().stream()
        .filter(r -> r.status() == StreamState.LIVE || r.status() == StreamState.RECONNECTING)
        .toList();
  }

  @Override
  public void save(StreamRecord record, Instant now) {
    if (broken) {
      throw new IllegalStateException("the disk is full, on purpose");
    }
    records.put(record.id(), record);
  }

  @Override
  public void error(String id, String type, String message, Instant now) {
    errors.add(type + ": " + message);
  }

  @Override
  public void samples(List<Sampling> samplings) {}
}
