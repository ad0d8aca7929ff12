package com.wavlake.ingest.fmp4;

import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.SharedBytes;
import com.wavlake.ingest.media.Track;
import java.util.List;

/** A movie fragment: {@code moof} and {@code mdat} (ISO/IEC 14496-12 §8.8), one CMAF chunk. */
public final class Fragment {
  private static final int BASE_IS_MOOF = 0x02_0000;
  private static final int TRUN_DATA_OFFSET = 0x001;
  private static final int TRUN_DURATION = 0x100;
  private static final int TRUN_SIZE = 0x200;
  private static final int TRUN_FLAGS = 0x400;
  private static final int TRUN_COMPOSITION = 0x800;
  private static final int SYNC = 0x0200_0000;
  private static final int NOT_SYNC = 0x0101_0000;
  private static final int MDAT_HEADER = 8;

  private Fragment() {}

  /**
   * The bytes, held by the caller.
   *
   * @param sequence counts fragments, from 1
   * @param tracks as in the init segment
   * @param samples by position in {@code tracks}; tracks without samples are left out
   */
  public static SharedBytes of(int sequence, List<Track> tracks, List<List<TimedSample>> samples) {
    int count = samples.stream().mapToInt(List::size).sum();
    Boxes head = new Boxes(256 + 16 * count);
    int[] offsetAt = new int[tracks.size()];
    int moof = head.begin("moof");
    int mfhd = head.beginFull("mfhd", 0, 0);
    head.u32(sequence);
    head.end(mfhd);
    for (int i = 0; i < tracks.size(); i++) {
      if (!samples.get(i).isEmpty()) {
        offsetAt[i] = traf(head, i + 1, tracks.get(i), samples.get(i));
      }
    }
    head.end(moof);

    int dataOffset = head.size() + MDAT_HEADER;
    for (int i = 0; i < tracks.size(); i++) {
      if (!samples.get(i).isEmpty()) {
        head.putInt(offsetAt[i], dataOffset);
        dataOffset += size(samples.get(i));
      }
    }
    int headSize = head.size();
    head.u32(dataOffset - headSize).ascii("mdat");
    return SharedBytes.of(
        dataOffset,
        out -> {
          out.put(head.array(), 0, head.size());
          for (List<TimedSample> run : samples) {
            for (TimedSample timed : run) {
              out.put(timed.sample().payload().duplicate());
            }
          }
        });
  }

  /** Answers where the data offset is to be set. */
  private static int traf(Boxes out, int id, Track track, List<TimedSample> samples) {
    boolean video = track.kind() == Track.Kind.VIDEO;
    int traf = out.begin("traf");
    int tfhd = out.beginFull("tfhd", 0, BASE_IS_MOOF);
    out.u32(id);
    out.end(tfhd);
    int tfdt = out.beginFull("tfdt", 1, 0);
    out.u64(samples.getFirst().sample().dts());
    out.end(tfdt);
    int perSample = TRUN_DURATION | TRUN_SIZE | TRUN_FLAGS | (video ? TRUN_COMPOSITION : 0);
    int trun = out.beginFull("trun", 1, TRUN_DATA_OFFSET | perSample);
    out.u32(samples.size());
    int offsetAt = out.size();
    out.u32(0);
    for (TimedSample timed : samples) {
      Sample sample = timed.sample();
      out.u32(timed.duration()).u32(sample.size()).u32(sample.keyFrame() ? SYNC : NOT_SYNC);
      if (video) {
        out.u32(sample.compositionOffset());
      }
    }
    out.end(trun);
    out.end(traf);
    return offsetAt;
  }

  private static int size(List<TimedSample> samples) {
    int size = 0;
    for (TimedSample timed : samples) {
      size += timed.sample().size();
    }
    return size;
  }
}
