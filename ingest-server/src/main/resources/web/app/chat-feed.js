// What is said in a stream's chat, ordered, without duplicates, without what its host or the visitor
// does not want to see.

import { Kind, coordinate, newestFirst, parseCoordinate, tagValue, tagsOf } from './event.js';
import { stamp } from './time.js';

/** Kept; of these SHOWN at first. */
export const HISTORY = 100;
export const SHOWN = 50;

const FOLLOW_RAID_WITHIN = 60;
const MOST_TIMEOUTS = 500;
const MOST_OTHERS = 200;
const TOGETHER = 150;
const ID = /^[0-9a-f]{64}$/;
const MOST_DELETED = 2_000;
const HIDDEN = 'wlk:hidden';
const MOST_HIDDEN = 500;

/**
 * Dispatches `change` when what is to be shown is another, `item` (detail: the item) for each that
 * is new since the stored ones have come, `stream` when there is a newer live event.
 */
export class ChatFeed extends EventTarget {
  /** The newest live event of the stream, or null. */
  stream = null;
  /** Whether the stored messages have come. */
  isReady = false;
  /** Why the relay does not show the chat, or ''. */
  refusal = '';

  #relay;
  #host;
  #coordinate;
  #items = new Map();
  #deleted = new Set();
  #timeouts = new Map();
  #mutes = new Map();
  #others = new Map();
  #wanted = new Set();
  #viewer = { pubkey: '', end: () => {} };
  #timer = 0;
  #ends = [];

  constructor(relay, host, streamId) {
    super();
    this.#relay = relay;
    this.#host = host;
    this.#coordinate = coordinate(host, streamId);
    const here = { '#a': [this.#coordinate] };
    const said = { event: (event) => this.#said(event), stored: () => this.#stored(), refused: (reason) => this.#refused(reason) };
    this.#ends.push(
      relay.subscribe([{ kinds: [Kind.CHAT], ...here, limit: HISTORY }, { kinds: [Kind.RAID, Kind.CLIP, Kind.ZAP_RECEIPT], ...here, limit: HISTORY / 2 }], said),
      relay.subscribe([{ kinds: [Kind.LIVE_STREAM], authors: [host], '#d': [streamId], limit: 1 }], { event: (event) => this.#described(event) }),
      relay.subscribe([{ kinds: [Kind.TIMEOUT], authors: [host], limit: MOST_TIMEOUTS }, { kinds: [Kind.MUTE_LIST], authors: [host], limit: 1 }], { event: (event) => this.#moderated(event) }),
      relay.subscribe([{ kinds: [Kind.DELETION], since: stamp() - 60 }], { event: (event) => this.#deletion(event) }),
    );
  }

  /** Whose mute list counts besides the host's; '' for nobody's. */
  viewedBy(pubkey) {
    if (pubkey === this.#viewer.pubkey) return;
    this.#viewer.end();
    if (this.#viewer.pubkey !== this.#host) this.#mutes.delete(this.#viewer.pubkey);
    const own = { event: (event) => this.#moderated(event) };
    const listens = pubkey && pubkey !== this.#host;
    this.#viewer = { pubkey, end: listens ? this.#relay.subscribe([{ kinds: [Kind.MUTE_LIST], authors: [pubkey], limit: 1 }], own) : () => {} };
    this.#changed();
  }

  /** What is to be shown, oldest first. */
  items() {
    const hidden = hiddenPeople();
    return [...this.#items.values()].filter((item) => !this.#hides(item, hidden)).reverse();
  }

  /** A message by its id, one that is long past too: asked for when it is first named. */
  find(id) {
    const item = this.#items.get(id) ?? this.#others.get(id);
    if (!item && ID.test(id) && !this.#others.has(id) && this.#others.size < MOST_OTHERS) {
      this.#others.set(id, null);
      this.#wanted.add(id);
      this.#timer ||= setTimeout(() => this.#fetch(), TOGETHER);
    }
    return item && !this.#hides(item, hiddenPeople()) ? item : undefined;
  }

  /** Ids of the messages that the host has pinned. */
  pinned() {
    return this.stream ? tagsOf(this.stream, 'pinned').map((tag) => tag[1]) : [];
  }

  /** Where the host sends everybody just now: {to, event}, or null. */
  departure() {
    const raids = [...this.#items.values()].filter((item) => item.type === 'departure' && stamp() - item.at < FOLLOW_RAID_WITHIN);
    return raids[0] ?? null;
  }

  /** Hides somebody in this browser. A mute list is not written: others of theirs may know more. */
  hide(pubkey) {
    const people = [...hiddenPeople().add(pubkey)].slice(-MOST_HIDDEN);
    try {
      localStorage.setItem(HIDDEN, JSON.stringify(people));
    } catch {
      // For this page only, then.
    }
    hiddenHere.add(pubkey);
    this.#changed();
  }

  /** How many people this browser hides. */
  get hiddenCount() {
    return hiddenPeople().size;
  }

  /** Shows everybody again. */
  unhideAll() {
    hiddenHere.clear();
    try {
      localStorage.removeItem(HIDDEN);
    } catch {
      // There was nothing.
    }
    this.#changed();
  }

  close() {
    clearTimeout(this.#timer);
    this.#viewer.end();
    this.#ends.splice(0).forEach((end) => end());
  }

  #said(event) {
    if (this.#items.has(event.id) || this.#deleted.has(event.id)) return;
    const item = itemOf(event, this.#coordinate, this.#host);
    if (!item) return;
    const all = [...this.#items.values(), item].sort((a, b) => b.at - a.at || newestFirst(a.event, b.event));
    this.#items = new Map(all.slice(0, HISTORY).map((one) => [one.id, one]));
    if (!this.#items.has(item.id)) return;
    if (this.isReady && !this.#hides(item, hiddenPeople())) this.dispatchEvent(new CustomEvent('item', { detail: item }));
    this.#changed();
  }

  #stored() {
    this.isReady = true;
    this.refusal = '';
    this.#changed();
  }

  #refused(reason) {
    this.refusal = reason;
    this.#changed();
  }

  async #fetch() {
    this.#timer = 0;
    const ids = [...this.#wanted];
    this.#wanted.clear();
    const events = await this.#relay.query([{ ids, kinds: [Kind.CHAT] }]).catch(() => []);
    for (const event of events) this.#others.set(event.id, itemOf(event, this.#coordinate, this.#host));
    this.#changed();
  }

  #described(event) {
    if (this.stream && newestFirst(event, this.stream) >= 0) return;
    this.stream = event;
    this.dispatchEvent(new Event('stream'));
    this.#changed();
  }

  #moderated(event) {
    if (event.kind === Kind.TIMEOUT) {
      const until = Number(tagValue(event, 'expiration'));
      const at = tagValue(event, 'a');
      if (until > 0 && (!at || at === this.#coordinate)) this.#timeouts.set(event.id, { who: tagValue(event, 'p'), from: event.created_at, until });
      if (this.#timeouts.size > MOST_TIMEOUTS) this.#timeouts.delete(this.#timeouts.keys().next().value);
    } else {
      const before = this.#mutes.get(event.pubkey);
      if (before && newestFirst(event, before.event) >= 0) return;
      const values = (name) => new Set(tagsOf(event, name).map((tag) => tag[1]));
      this.#mutes.set(event.pubkey, { event, people: values('p'), events: values('e'), words: [...values('word')].filter(Boolean).map((word) => word.toLowerCase()), topics: values('t') });
    }
    this.#changed();
  }

  /** Everybody deletes what they said themselves, and nothing else. */
  #deletion(event) {
    for (const [, id] of tagsOf(event, 'e')) {
      if (this.#items.get(id)?.pubkey !== event.pubkey) continue;
      this.#items.delete(id);
      this.#deleted.add(id);
      if (this.#deleted.size > MOST_DELETED) this.#deleted.delete(this.#deleted.values().next().value);
    }
    this.#changed();
  }

  #hides(item, hidden) {
    if (item.type === 'departure' || hidden.has(item.pubkey)) return true;
    if ([...this.#timeouts.values()].some((t) => t.who === item.pubkey && item.at >= t.from && item.at < t.until)) return true;
    const text = item.text.toLowerCase();
    return [...this.#mutes.values()].some(
      (list) =>
        list &&
        (list.people.has(item.pubkey) ||
          list.events.has(item.id) ||
          list.words.some((word) => text.includes(word)) ||
          tagsOf(item.event, 't').some((tag) => list.topics.has(tag[1]))),
    );
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

const hiddenHere = new Set();

function hiddenPeople() {
  try {
    return new Set([...JSON.parse(localStorage.getItem(HIDDEN) ?? '[]'), ...hiddenHere]);
  } catch {
    return new Set(hiddenHere);
  }
}

/**
 * An event as the chat shows it, or null for what is none of it.
 *
 * @return {{id: string, at: number, pubkey: string, type: string, text: string, event: object}|null}
 */
function itemOf(event, here, host) {
  // A clock that is ahead does not put its owner's messages behind everybody's.
  const item = { id: event.id, at: Math.min(event.created_at, stamp()), pubkey: event.pubkey, text: event.content, event };
  const marked = (marker) => parseCoordinate(tagsOf(event, 'a').find((tag) => tag[3] === marker)?.[1]);
  switch (event.kind) {
    case Kind.CHAT: {
      const parents = tagsOf(event, 'e');
      return { ...item, type: 'message', parent: (parents.find((tag) => tag[3] === 'reply') ?? parents[0])?.[1] };
    }
    case Kind.ZAP_RECEIPT:
      return zapOf(event, item);
    case Kind.CLIP: {
      const url = tagValue(event, 'r') ?? '';
      return /^https?:\/\//i.test(url) ? { ...item, type: 'clip', url, text: tagValue(event, 'title') ?? '' } : null;
    }
    case Kind.RAID: {
      const [from, to] = [marked('root'), marked('mention')];
      if (!from || !to || from.pubkey !== event.pubkey) return null;
      if (coordinate(to.pubkey, to.identifier) === here) return { ...item, type: 'raid', from };
      return from.pubkey === host ? { ...item, type: 'departure', to } : null;
    }
    default:
      return null;
  }
}

/** The relay has checked who signed the receipt, and that invoice and request are for the same amount. */
function zapOf(event, item) {
  try {
    const request = JSON.parse(tagValue(event, 'description'));
    const asked = Number(tagValue(request, 'amount'));
    const sats = Math.floor(asked > 0 ? asked / 1000 : satsOf(tagValue(event, 'bolt11')));
    return sats > 0 && ID.test(request.pubkey) && Array.isArray(request.tags) ? { ...item, type: 'zap', pubkey: request.pubkey, text: String(request.content ?? ''), sats, request: { ...request, id: event.id } } : null;
  } catch {
    return null;
  }
}

/** The amount of a BOLT 11 invoice stands before its last 1, in bitcoin or a part of it. */
function satsOf(invoice) {
  const amount = /^ln(?:bcrt|bc|tbs|tb)([0-9]+)([munp]?)1[02-9ac-hj-np-z]+$/i.exec(invoice ?? '');
  const ofBitcoin = { '': 1e8, m: 1e5, u: 1e2, n: 0.1, p: 0.0001 };
  return amount ? Number(amount[1]) * ofBitcoin[amount[2].toLowerCase()] : 0;
}
