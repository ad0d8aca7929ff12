#!/bin/sh
# Makes demo.flv, the clip that `wlk demo` sends in place of OBS: ffmpeg's test picture and a tone, 8 s, H.264 + AAC,
# a key frame every 2 s. Needs any ffmpeg with libx264. Run it here.
exec ffmpeg -y -f lavfi -i "testsrc2=size=640x360:rate=30:duration=8" \
  -f lavfi -i "sine=frequency=440:beep_factor=4:sample_rate=48000:duration=8" \
  -c:v libx264 -preset veryslow -profile:v high -pix_fmt yuv420p -g 60 -keyint_min 60 -sc_threshold 0 -bf 2 \
  -b:v 500k -maxrate 600k -bufsize 600k -c:a aac -ac 2 -b:a 96k -flvflags no_duration_filesize -f flv demo.flv
