// What stands in the place of a picture that is not there.

import { words } from './strings.js';
import { dayAndTime } from './time.js';

/** What the player plays of a stream, and what it shows over it: {source, live, screen}. */
export function playing(watch, local) {
  const { now } = watch;
  if (watch.isOver) {
    return now.recording
      ? { source: local(now.recording), live: false, screen: null }
      : { source: null, live: true, screen: { kind: 'over', title: words.isOver, text: words.noRecording } };
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
