package com.wavlake.ingest.fmp4;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Track;
import java.util.List;

/**
 * The CMAF header: what a decoder must know before the first fragment (ISO/IEC 14496-12 §8,
 * 23000-19 §7.3).
 */
public final class InitSegment {
  private static final int TRACK_ENABLED_IN_MOVIE = 3;
  private static final int LANGUAGE_UNDETERMINED = 0x55c4;
  private static final int DPI_72 = 0x0048_0000;
  private static final int OBJECT_TYPE_AAC = 0x40;
  private static final byte[] NONE = new byte[0];
  private static final int FIXED_1 = 0x0001_0000;

  private InitSegment() {}

  /** The bytes; track ids are positions in the list, from 1. */
  public static byte[] of(List<Track> tracks) {
    Boxes out = new Boxes(2048);
    int ftyp = out.begin("ftyp");
    out.ascii("iso6").u32(0).ascii("iso6").ascii("mp41");
    if (tracks.size() == 1) {
      out.ascii("cmfc"); // what CMAF calls a track file has one track
    }
    out.end(ftyp);
    int moov = out.begin("moov");
    int mvhd = out.beginFull("mvhd", 0, 0);
    out.zeros(8).u32(1000).u32(0).u32(FIXED_1).u16(0x0100).zeros(10);
    matrix(out);
    out.zeros(24).u32(tracks.size() + 1);
    out.end(mvhd);
    for (int i = 0; i < tracks.size(); i++) {
      trak(out, tracks.get(i), i + 1);
    }
    int mvex = out.begin("mvex");
    for (int i = 0; i < tracks.size(); i++) {
      int trex = out.beginFull("trex", 0, 0);
      out.u32(i + 1).u32(1).zeros(12);
      out.end(trex);
    }
    out.end(mvex);
    out.end(moov);
    return out.toBytes();
  }

  private static void trak(Boxes out, Track track, int id) {
    int trak = out.begin("trak");
    int tkhd = out.beginFull("tkhd", 0, TRACK_ENABLED_IN_MOVIE);
    out.zeros(8).u32(id).zeros(16).u16(0).u16(0);
    out.u16(track.kind() == Track.Kind.AUDIO ? 0x0100 : 0).u16(0);
    matrix(out);
    if (track instanceof Track.Video video) {
      out.u32(video.width() << 16).u32(video.height() << 16);
    } else {
      out.zeros(8);
    }
    out.end(tkhd);
    int mdia = out.begin("mdia");
    int mdhd = out.beginFull("mdhd", 0, 0);
    out.zeros(8).u32(track.timescale()).u32(0).u16(LANGUAGE_UNDETERMINED).u16(0);
    out.end(mdhd);
    boolean video = track.kind() == Track.Kind.VIDEO;
    int hdlr = out.beginFull("hdlr", 0, 0);
    out.u32(0).ascii(video ? "vide" : "soun").zeros(12).ascii(video ? "video" : "audio").u8(0);
    out.end(hdlr);
    int minf = out.begin("minf");
    int mediaHeader = video ? out.beginFull("vmhd", 0, 1) : out.beginFull("smhd", 0, 0);
    out.zeros(video ? 8 : 4);
    out.end(mediaHeader);
    int dinf = out.begin("dinf");
    int dref = out.beginFull("dref", 0, 0);
    out.u32(1);
    out.end(out.beginFull("url ", 0, 1));
    out.end(dref);
    out.end(dinf);
    sampleTable(out, track);
    out.end(minf);
    out.end(mdia);
    out.end(trak);
  }

  private static void sampleTable(Boxes out, Track track) {
    int stbl = out.begin("stbl");
    int stsd = out.beginFull("stsd", 0, 0);
    out.u32(1);
    switch (track) {
      case Track.Video video -> videoEntry(out, video);
      case Track.Audio audio -> audioEntry(out, audio);
    }
    out.end(stsd);
    for (String empty : List.of("stts", "stsc", "stco")) {
      int box = out.beginFull(empty, 0, 0);
      out.u32(0);
      out.end(box);
    }
    int stsz = out.beginFull("stsz", 0, 0);
    out.zeros(8);
    out.end(stsz);
    out.end(stbl);
  }

  private static void videoEntry(Boxes out, Track.Video video) {
    int box = out.begin(sampleEntry(video));
    out.zeros(6).u16(1).zeros(16).u16(video.width()).u16(video.height());
    out.u32(DPI_72).u32(DPI_72).u32(0).u16(1).zeros(32).u16(0x0018).u16(0xffff);
    configuration(out, video);
    out.end(box);
  }

  private static void audioEntry(Boxes out, Track.Audio audio) {
    int box = out.begin(sampleEntry(audio));
    out.zeros(6).u16(1).zeros(8).u16(audio.channels()).u16(bitsPerSample(audio)).zeros(4);
    out.u32(audio.sampleRate() < 1 << 16 ? audio.sampleRate() << 16 : 0);
    switch (audio.codec()) {
      case AAC -> elementaryStream(out, OBJECT_TYPE_AAC, audio.config());
      case MP3 -> elementaryStream(out, Integer.parseInt(audio.codecString(), 5, 7, 16), NONE);
      default -> configuration(out, audio);
    }
    out.end(box);
  }

  /** 16 but for FLAC, whose STREAMINFO says (RFC 9639 §8.2). */
  private static int bitsPerSample(Track.Audio audio) {
    byte[] config = audio.config();
    return audio.codec() == Codec.FLAC
        ? ((config[20] & 1) << 4 | (config[21] & 0xf0) >> 4) + 1
        : 16;
  }

  private static String sampleEntry(Track track) {
    return switch (track.codec()) {
      case AVC -> "avc1";
      case HEVC -> "hvc1";
      case AV1 -> "av01";
      case VP9 -> "vp09";
      case AAC, MP3 -> "mp4a";
      case OPUS -> "Opus";
      case FLAC -> "fLaC";
      case AC3 -> "ac-3";
      case EAC3 -> "ec-3";
    };
  }

  private static void configuration(Boxes out, Track track) {
    String type =
        switch (track.codec()) {
          case AVC -> "avcC";
          case HEVC -> "hvcC";
          case AV1 -> "av1C";
          case VP9 -> "vpcC";
          case OPUS -> "dOps";
          case FLAC -> "dfLa";
          case AC3 -> "dac3";
          case EAC3 -> "dec3";
          case AAC, MP3 -> throw new IllegalArgumentException("configured by an esds");
        };
    int box = out.begin(type);
    out.bytes(track.config());
    out.end(box);
  }

  /** ES_Descriptor, ISO/IEC 14496-1 §7.2.6.5. */
  private static void elementaryStream(Boxes out, int objectType, byte[] specific) {
    int esds = out.beginFull("esds", 0, 0);
    int specificSize = specific.length == 0 ? 0 : 5 + specific.length;
    descriptor(out, 3, 3 + 5 + 13 + specificSize + 5 + 1);
    out.u16(0).u8(0);
    descriptor(out, 4, 13 + specificSize); // DecoderConfigDescriptor
    out.u8(objectType).u8(0x15).zeros(3).zeros(8);
    if (specific.length > 0) {
      descriptor(out, 5, specific.length); // DecoderSpecificInfo
      out.bytes(specific);
    }
    descriptor(out, 6, 1); // SLConfigDescriptor
    out.u8(2);
    out.end(esds);
  }

  /** Tag and a length of always four bytes. */
  private static void descriptor(Boxes out, int tag, int length) {
    out.u8(tag).u8(0x80).u8(0x80).u8(0x80 | length >> 7).u8(length & 0x7f);
  }

  private static void matrix(Boxes out) {
    out.u32(FIXED_1).zeros(12).u32(FIXED_1).zeros(12).u32(0x4000_0000);
  }
}
