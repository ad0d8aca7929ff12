// The visitor's own stream on relays: planned, live with a heartbeat, ended. Before each version that says live, the
// will that ends it is left with the server, should this page die: nobody but the visitor can sign the end.

import { signed } from './api.js';
import { Kind, coordinate, newestFirst, tagValue, tagsOf } from './event.js';
import { draft, live, next } from './live-stream.js';
import { relay } from './origin.js';
import { publishTo } from './outer-relays.js';
import { visitor } from './signer.js';
import { stamp } from './time.js';
import { words } from './strings.js';

const HEARTBEAT = 60_000;
const HEARTBEAT_PATIENCE = 45_000;
const WILL_AHEAD = 180;
const ATTEMPTS = 3;
const MOST_RELAYS = 11;

/** Dispatches `change` after each version, published or not. */
export class Broadcast extends EventTarget {
  /** The newest version known, or null. */
  event = null;
  /** What went wrong last, or ''. */
  problem = '';
  /** What each relay said to the last version: [{url, accepted, reason}]. */
  outcomes = [];

  #stream;
  #relays;
  #viewers = null;
  #timer = 0;
  #isBeating = false;
  #isPending = false;
  #isClosed = false;
  #turn = Promise.resolve();
  #coveredUntil = 0;
  #willProblem = '';
  #letGo = () => {};

  /** @param stream as the management API has it; @param relays besides this server's */
  constructor(stream, relays) {
    super();
    this.#stream = stream;
    this.#relays = relays;
  }

  /** Whether this page goes on saying that it is live. */
  get isBeating() {
    return this.#isBeating;
  }

  /** How many watch; told with the next heartbeat. */
  set viewers(count) {
    this.#viewers = count;
  }

  /** Says that it is to come. */
  plan() {
    return this.#publish(() => ({ status: 'planned' }));
  }

  /** Says that it is live, and goes on saying so, also when nobody has heard it yet. */
  async goLive() {
    this.beat();
    await this.#publish((before, at) => live(before, at));
  }

  /** Goes on saying so. In one tab of this browser: another begins when that one is closed. */
  beat() {
    if (this.#isBeating || this.#isClosed) return;
    this.#isBeating = true;
    const beating = () => {
      if (!this.#isBeating) return Promise.resolve();
      this.#timer = setInterval(() => this.heartbeat().catch(() => {}), HEARTBEAT);
      return new Promise((resolve) => (this.#letGo = resolve));
    };
    if (navigator.locks) navigator.locks.request(`wlk:live:${this.#stream.stream_id}`, beating);
    else beating();
  }

  /** One at a time: a signer that is not answered is not asked again and again. */
  async heartbeat() {
    if (this.#isPending) return;
    this.#isPending = true;
    try {
      await this.#publish((before, at) => (tagValue(before, 'status') === 'ended' ? null : live(before, at)), true);
    } finally {
      this.#isPending = false;
    }
  }

  /** Says something else of it; of what was never said, nothing. */
  amend(changes) {
    return this.#publish((before) => {
      if (!before.id) throw new Error(words.neverAnnounced);
      return changes;
    });
  }

  /** Says that it is over, if anything was said of it. The will is taken back once a relay has the end. */
  async end(recording) {
    this.stopBeating();
    const at = stamp();
    await this.#publish((before) =>
      !before.id || tagValue(before, 'status') === 'ended' ? null : { status: 'ended', ends: String(at), recording },
    );
    await signed('DELETE', `/api/v1/streams/${this.#stream.stream_id}/last-will`).catch((e) => {
      if (e.status !== 404) throw e;
    });
  }

  /** Whoever held it is gone: nothing more is said. */
  close() {
    this.#isClosed = true;
    this.stopBeating();
  }

  /** Takes back what was said of it (NIP-09), if anything was. */
  async retract() {
    const newest = await this.#newest();
    if (!newest.id) return;
    const event = await visitor.sign({
      kind: Kind.DELETION,
      tags: [['a', coordinate(visitor.pubkey, this.#stream.stream_id)], ['e', newest.id], ['k', String(Kind.LIVE_STREAM)]],
    });
    await this.#send(event, tagsOf(newest, 'relays')[0]?.slice(1) ?? []);
  }

  stopBeating() {
    this.#isBeating = false;
    clearInterval(this.#timer);
    this.#letGo();
  }

  /** One version after the other. */
  #publish(change, isHeartbeat = false) {
    const turn = this.#turn.then(() => this.#publishNow(change, isHeartbeat));
    this.#turn = turn.catch(() => {});
    return turn.then(
      () => this.#settle(this.#willProblem),
      (e) => {
        this.#settle(e.message);
        throw e;
      },
    );
  }

  async #publishNow(change, isHeartbeat) {
    for (let attempt = 0; ; attempt++) {
      const before = await this.#newest();
      const at = stamp();
      const changes = this.#isClosed ? null : change(before, at);
      if (changes === null) return;
      if (this.#viewers !== null) changes.current_participants = this.#viewers;
      const template = next(before, changes, at);
      if (template.tags.some((tag) => tag[0] === 'status' && tag[1] === 'live')) await this.#leaveWill(template, isHeartbeat);
      const event = await visitor.sign(template, isHeartbeat ? HEARTBEAT_PATIENCE : undefined);
      if (this.#isClosed) return;
      const now = await this.#newest();
      if (now.id !== before.id && attempt < ATTEMPTS) continue; // another terminal was quicker
      await this.#send(event, [...(tagsOf(event, 'relays')[0]?.slice(1) ?? []), ...this.#relays]);
      this.event = event;
      return;
    }
  }

  /** Done when the first relay has taken it; what the others say comes in as they say it. */
  #send(event, relays) {
    const urls = [...new Set([relay.publicUrl, ...relays])].slice(0, MOST_RELAYS);
    const outcomes = [];
    return new Promise((resolve, reject) => {
      const told = (outcome) => {
        outcomes.push(outcome);
        this.outcomes = outcomes;
        this.dispatchEvent(new Event('change'));
        if (outcome.accepted) resolve();
        else if (outcomes.length === urls.length) reject(new Error(words.noRelayTook(outcomes[0].reason)));
      };
      relay.publish(event).then(
        () => told({ url: relay.publicUrl, accepted: true, reason: '' }),
        (e) => told({ url: relay.publicUrl, accepted: false, reason: e.message }),
      );
      publishTo(urls.slice(1), event, told);
    });
  }

  /** Signed ahead and deposited first: it is newer than whatever the relays will hold. */
  async #leaveWill(template, isHeartbeat) {
    const end = template.created_at + WILL_AHEAD;
    try {
      const will = await visitor.sign(next(template, { status: 'ended', ends: String(end) }, end), isHeartbeat ? HEARTBEAT_PATIENCE : undefined);
      await signed('PUT', `/api/v1/streams/${this.#stream.stream_id}/last-will`, will);
      this.#coveredUntil = end;
      this.#willProblem = '';
    } catch (e) {
      // The will that lies there would be older than this version, and end nothing.
      if (isHeartbeat && this.#coveredUntil > 0 && template.created_at >= this.#coveredUntil) throw e;
      this.#willProblem = words.noWill(e.message);
    }
  }

  /** What stands on the relay, ours or from another terminal; a draft where nothing does. Silence is not nothing. */
  async #newest() {
    const filter = { kinds: [Kind.LIVE_STREAM], authors: [visitor.pubkey], '#d': [this.#stream.stream_id], limit: 1 };
    const found = await relay.query([filter]).catch((e) => {
      if (this.event === null) throw e;
      return [];
    });
    const [newest] = [...found, this.event].filter(Boolean).sort(newestFirst);
    return newest ?? draft(this.#stream, visitor.pubkey, [relay.publicUrl, ...this.#relays]);
  }

  #settle(problem) {
    this.problem = problem;
    this.dispatchEvent(new Event('change'));
  }
}

/** One change of the visitor's own live event, from elsewhere than its dashboard. */
export async function amend(streamId, changes) {
  const stream = await signed('GET', `/api/v1/streams/${streamId}`);
  await new Broadcast(stream, []).amend(changes);
}
