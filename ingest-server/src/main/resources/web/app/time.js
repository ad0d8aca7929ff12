// Times and spans, as people read them.

import { writtenAt } from './site.js';
import { words } from './strings.js';

let ahead = 0;
if (writtenAt > 0) setClock(writtenAt);

/** Sets the clock that events are stamped by to the server's. */
export function setClock(unix) {
  ahead = unix - Math.floor(Date.now() / 1000);
}

/** Now, in Unix seconds, as the server has it. */
export const stamp = () => Math.floor(Date.now() / 1000) + ahead;

/** A span as a clock shows it: 1:02:03, 2:03. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A span in words, roughly. */
export function span(seconds) {
  if (seconds < 60) return words.seconds(Math.max(0, Math.round(seconds)));
  if (seconds < 3600) return words.minutes(Math.round(seconds / 60));
  if (seconds < 86400) return words.hours(Math.round(seconds / 3600));
  return words.days(Math.round(seconds / 86400));
}

/** How long ago an ISO time was, in words. */
export const ago = (iso) => words.ago(span((Date.now() - Date.parse(iso)) / 1000));

/** The time of day of Unix seconds. */
export const timeOfDay = (unix) =>
  new Date(unix * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

/** Day and time of an ISO time. */
export const dayAndTime = (iso) =>
  new Date(iso).toLocaleString([], { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
