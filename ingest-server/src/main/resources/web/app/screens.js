// What stands in the place of a picture that is not there.

import { local } from './site.js';
import { words } from './strings.js';
import { dayAndTime } from './time.js';

/**
 * What the player plays of a stream, and what it shows over it: {source, live, screen}. Whoever saw
 * it live sees it to its end, and then chooses; whoever comes later sees the recording.
 */
export function playing(watch) {
  const { now } = watch;
  if (watch.isOver) {
    if (watch.wasLive && !watch.isSeenOut) return { source: local(now.hls_playback), live: true, screen: null };
    const over = { kind: 'over', title: words.isOver, text: now.recording ? '' : words.noRecording };
    if (!now.recording) return { source: null, live: true, screen: over };
    return watch.wasLive && !watch.wantsRecording
      ? { source: null, live: false, screen: { ...over, action: { label: words.watchRecording, run: () => watch.replay() } } }
      : { source: local(now.recording), live: false, screen: null };
  }
  if (!watch.isLive) return { source: null, live: true, screen: soon(now) };
  if (!now.playable) return { source: null, live: true, screen: { kind: 'lost', title: words.aboutToBegin, text: '' } };
  const lost = now.status === 'reconnecting' ? { kind: 'lost', title: words.encoderLost, text: words.encoderLostText } : null;
  return { source: local(now.hls_playback), live: true, screen: lost };
}

function soon(now) {
  const late = !now.starts || Date.parse(now.starts) < Date.now();
  return { kind: 'soon', title: late ? words.notYet : words.beginsAt(dayAndTime(now.starts)), text: words.stayHere };
}
