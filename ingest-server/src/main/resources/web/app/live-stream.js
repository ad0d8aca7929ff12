// The live event, kind 30311 (NIP-53): made once, then edited in place. Tags that are not known here, and the order of
// all of them, stay as they are.

import { Kind, tagValue } from './event.js';
import { apiUrl } from './site.js';
import { words } from './strings.js';

const ORDER = [
  'd', 'title', 'summary', 'image', 'thumb', 'streaming', 'recording', 'starts', 'ends', 'status', 'current_participants',
  'total_participants', 'p', 't', 'goal', 'pinned', 'content-warning', 'service', 'relays', 'alt',
];

/** For people whose client knows no live streams. */
export const altOf = (title) => words.altText(title);

/** A first version, planned. `stream` as the management API has it; `relays` best first. */
export function draft(stream, pubkey, relays) {
  const topics = [...new Set([stream.category, 'live', ...stream.tags])];
  const tags = [
    ['d', stream.stream_id],
    ['title', stream.title],
    ['summary', stream.description],
    ['image', stream.image],
    ['streaming', stream.hls_playback],
    ['starts', stream.starts && String(Math.floor(Date.parse(stream.starts) / 1000))],
    ['status', 'planned'],
    ['p', pubkey, relays[0] ?? '', 'host'],
    ...topics.map((topic) => ['t', topic]),
    ['service', apiUrl],
    ['relays', ...relays],
    ['alt', altOf(stream.title)],
  ].filter((tag) => tag[1]);
  return { kind: Kind.LIVE_STREAM, pubkey, content: stream.description, tags, created_at: 0 };
}

/**
 * The next version. `changes` by tag name: a text, a list (as many tags), or null to take it away;
 * and `description`. What its status forbids goes: `ends` and `recording` belong to ended ones,
 * `current_participants` to live ones.
 *
 * @param at Unix seconds, or the second behind the version before, whichever is later
 */
export function next(before, changes, at) {
  let { tags, content } = before;
  const { description, ...rest } = changes;
  if (description !== undefined) {
    content = description;
    rest.summary = description || null;
  }
  const status = rest.status ?? tagValue(before, 'status');
  if (status !== 'ended') Object.assign(rest, { ends: null, recording: null });
  if (status !== 'live') rest.current_participants = null;
  for (const [name, value] of Object.entries(rest)) {
    const values = value === null || value === undefined ? [] : [value].flat().map(String);
    tags = put(tags, name, values);
  }
  return { kind: Kind.LIVE_STREAM, content, tags, created_at: Math.max(at, before.created_at + 1) };
}

/** Live from now on; it keeps the start of a version that was live. */
export const live = (before, at) =>
  tagValue(before, 'status') === 'live' ? { status: 'live' } : { status: 'live', starts: String(at) };

/** In place of those of that name; a new name goes where NIP-53's usual order has it. */
function put(tags, name, values) {
  const made = values.map((value) => [name, value]);
  const first = tags.findIndex((tag) => tag[0] === name);
  const others = tags.filter((tag) => tag[0] !== name);
  if (made.length === 0) return others;
  if (first >= 0) {
    // A tag may carry more than its value, a language or a relay: that stays.
    const kept = tags.filter((tag) => tag[0] === name);
    const entries = made.map(([, value], i) => kept.find((tag) => tag[1] === value) ?? (made.length === 1 && kept[i] ? [name, value, ...kept[i].slice(2)] : [name, value]));
    const before = tags.slice(0, first).filter((tag) => tag[0] !== name).length;
    return [...others.slice(0, before), ...entries, ...others.slice(before)];
  }
  let at = others.length;
  while (at > 0 && ORDER.indexOf(others[at - 1][0]) > ORDER.indexOf(name)) at--;
  return [...others.slice(0, at), ...made, ...others.slice(at)];
}
