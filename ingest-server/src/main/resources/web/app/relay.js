// One relay: a socket that comes back, its subscriptions, and what it says to what is published.

import { words } from './strings.js';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const STABLE = 60_000;
const OVERLAP = 60;
const PING = 30_000;
const ANSWER_WITHIN = 10_000;
const MAX_WAITING = 64;
const REFUSED_WAIT = 5_000;

/**
 * Connects at the first subscription or event, and again after each loss with growing waits, for
 * as long as it is not closed. Dispatches `state`; `state` is connecting, open, waiting or closed.
 */
export class Relay extends EventTarget {
  #socket = null;
  #subscriptions = new Map();
  #publishing = new Map();
  #wait = FIRST_WAIT;
  #timer = 0;
  #ping = 0;
  #count = 0;
  #challenge = '';
  #authenticating = null;

  /** @param authenticate (challenge) => signed event of kind 22242, or nothing where nobody signs */
  constructor(url, authenticate = null) {
    super();
    this.url = url;
    this.state = 'closed';
    this.authenticate = authenticate;
  }

  /**
   * Asks for stored events and then for new ones. After a loss it asks again, since shortly before
   * the newest one seen; duplicates are the caller's to drop.
   *
   * @param handlers { event(e), stored()?, refused(reason)? }
   * @return a function that ends it
   */
  subscribe(filters, handlers) {
    const id = `s${++this.#count}`;
    this.#subscriptions.set(id, { filters, handlers, newest: 0 });
    this.#open();
    if (this.state === 'open') this.#ask(id);
    return () => {
      if (this.#subscriptions.delete(id) && this.state === 'open') this.#send(['CLOSE', id]);
    };
  }

  /** The stored events of filters, all of them; throws where the relay does not answer, or refuses. */
  query(filters, within = ANSWER_WITHIN) {
    return new Promise((resolve, reject) => {
      const found = new Map();
      let stop = () => {};
      const finish = (action) => {
        clearTimeout(timer);
        stop();
        action();
      };
      const timer = setTimeout(() => finish(() => reject(new Error(words.relaySilent))), within);
      stop = this.subscribe(filters, {
        event: (e) => found.set(e.id, e),
        stored: () => finish(() => resolve([...found.values()])),
        refused: (reason) => finish(() => reject(new Error(reason))),
      });
      this.hurry();
    });
  }

  /** Sends an event. Resolves when the relay took it; else throws an Error with the relay's words. */
  publish(event) {
    if (this.#publishing.size >= MAX_WAITING) return Promise.reject(new Error(words.relayBusy));
    return new Promise((resolve, reject) => {
      const waiting = { event, resolve, reject, timer: 0, again: false };
      this.#publishing.set(event.id, waiting);
      this.#open();
      if (this.state === 'open') this.#transmit(waiting);
      else this.#await(waiting, words.relayAway);
      this.hurry();
    });
  }

  #transmit(waiting) {
    this.#send(['EVENT', waiting.event]);
    this.#await(waiting, words.relaySilent);
  }

  /** What has not gone by then will not go any more; what has gone may have arrived. */
  #await(waiting, problem) {
    clearTimeout(waiting.timer);
    waiting.timer = setTimeout(() => {
      this.#publishing.delete(waiting.event.id);
      waiting.reject(new Error(problem));
    }, ANSWER_WITHIN);
  }

  /** Ends it for good. */
  close() {
    clearTimeout(this.#timer);
    clearInterval(this.#ping);
    this.#subscriptions.clear();
    this.#socket?.close();
    this.#socket = null;
    this.#become('closed');
  }

  /** Whether it waits for what the relay says to an event. */
  get isBusy() {
    return this.#publishing.size > 0;
  }

  /** Asks again for what was refused: somebody can sign now. */
  askAgain() {
    for (const [id, subscription] of this.#subscriptions) {
      if (subscription.isRefused && this.state === 'open') this.#ask(id);
    }
  }

  /** Tries at once instead of after the wait. */
  hurry() {
    if (this.state === 'waiting') {
      clearTimeout(this.#timer);
      this.#connect();
    }
  }

  #become(state) {
    if (this.state !== state) {
      this.state = state;
      this.dispatchEvent(new Event('state'));
    }
  }

  #open() {
    if (this.state === 'closed') this.#connect();
  }

  #connect() {
    this.#become('connecting');
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    let since = 0;
    socket.onopen = () => {
      since = Date.now();
      this.#authenticating = null;
      this.#become('open');
      for (const id of this.#subscriptions.keys()) this.#ask(id);
      for (const waiting of this.#publishing.values()) this.#transmit(waiting);
      this.#watch(socket);
    };
    socket.onmessage = (message) => this.#receive(message.data);
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      clearInterval(this.#ping);
      this.#socket = null;
      if (since > 0 && Date.now() - since > STABLE) this.#wait = FIRST_WAIT;
      this.#become('waiting');
      this.#timer = setTimeout(() => this.#connect(), this.#wait * (0.5 + Math.random()));
      this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
    };
  }

  /** A half-open socket says nothing for ever: a question that must be answered finds it out. */
  #watch(socket) {
    let heard = true;
    socket.addEventListener('message', () => (heard = true));
    this.#ping = setInterval(() => {
      if (!heard) {
        socket.close();
        socket.onclose();
        return;
      }
      heard = false;
      this.#send(['REQ', 'ping', { ids: ['0'.repeat(64)], limit: 1 }]);
      this.#send(['CLOSE', 'ping']);
    }, PING);
  }

  #ask(id) {
    const subscription = this.#subscriptions.get(id);
    const { filters, newest } = subscription;
    subscription.isRefused = false;
    const since = newest > 0 ? { since: newest - OVERLAP } : {};
    this.#send(['REQ', id, ...filters.map((filter) => ({ ...filter, ...since }))]);
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #receive(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    const [type, id, ...rest] = message;
    const subscription = this.#subscriptions.get(id);
    if (type === 'EVENT' && subscription) {
      const event = rest[0];
      subscription.newest = Math.max(subscription.newest, Math.min(event.created_at, Math.floor(Date.now() / 1000)));
      subscription.handlers.event(event);
    } else if (type === 'EOSE') {
      subscription?.handlers.stored?.();
    } else if (type === 'CLOSED') {
      this.#closed(id, rest[0] ?? '');
    } else if (type === 'OK') {
      this.#answered(id, rest[0], rest[1] ?? '');
    } else if (type === 'AUTH') {
      this.#challenge = id;
    }
  }

  /** What may be had later is asked for again; what somebody has to sign for waits until they do. */
  async #closed(id, reason) {
    const subscription = this.#subscriptions.get(id);
    if (!subscription) return;
    if (reason.startsWith('auth-required:') && subscription.provedOn !== this.#socket && (await this.#authenticate())) {
      subscription.provedOn = this.#socket;
      if (this.#subscriptions.has(id)) this.#ask(id);
      return;
    }
    subscription.isRefused = true;
    subscription.handlers.refused?.(reason);
    if (/^(error|rate-limited):/.test(reason)) {
      setTimeout(() => this.#subscriptions.get(id)?.isRefused && this.state === 'open' && this.#ask(id), REFUSED_WAIT);
    }
  }

  /** The boolean decides; `duplicate:` is a yes all the same. */
  async #answered(id, accepted, reason) {
    const waiting = this.#publishing.get(id);
    if (!waiting) return;
    if (!accepted && reason.startsWith('auth-required:') && !waiting.again && (await this.#authenticate())) {
      waiting.again = true;
      this.#send(['EVENT', waiting.event]);
      return;
    }
    clearTimeout(waiting.timer);
    this.#publishing.delete(id);
    if (accepted || reason.startsWith('duplicate:')) waiting.resolve();
    else waiting.reject(new Error(reason || words.relayRefused));
  }

  /** NIP-42, once a connection, where there is somebody to sign. */
  #authenticate() {
    this.#authenticating ??= this.#prove().then((proved) => {
      if (!proved) this.#authenticating = null;
      return proved;
    });
    return this.#authenticating;
  }

  async #prove() {
    const event = this.#challenge && (await this.authenticate?.(this.url, this.#challenge));
    if (!event) return false;
    this.#send(['AUTH', event]);
    return true;
  }
}
