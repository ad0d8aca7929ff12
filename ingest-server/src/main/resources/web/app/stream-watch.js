// A stream as a viewer follows it: what the server says of it now and then, and at once when its live event changes.

import { read } from './api.js';

const AGAIN_EVERY = 10_000;
const WAITING_EVERY = 3_000;
const DOUBT_EVERY = 2_000;

/** Dispatches `change`; `now` is the server's answer, `isLost` whether there is none just now. */
export class StreamWatch extends EventTarget {
  isLost = false;

  #timer = 0;
  #isClosed = false;
  #doubted = 0;

  constructor(first) {
    super();
    this.now = first;
    this.#arm();
    this.onVisible = () => document.hidden || this.refresh();
    document.addEventListener('visibilitychange', this.onVisible);
  }

  get isLive() {
    return ['live', 'reconnecting'].includes(this.now.status);
  }

  get isOver() {
    return ['ended', 'error'].includes(this.now.status);
  }

  /** Asks again at once. */
  async refresh() {
    clearTimeout(this.#timer);
    try {
      this.now = await read(`/api/v1/live/${this.now.stream_id}`);
      this.isLost = false;
    } catch (e) {
      if (e.status === 404) this.now = { ...this.now, status: 'ended', playable: false, recording: null };
      this.isLost = e.status !== 404;
    }
    if (this.#isClosed) return;
    this.dispatchEvent(new Event('change'));
    this.#arm();
  }

  /** The picture has stopped: whoever plays it knows before anybody else. */
  doubt() {
    if (this.isLive && this.now.connection_state === 'connected' && Date.now() - this.#doubted > DOUBT_EVERY) {
      this.#doubted = Date.now();
      this.refresh();
    }
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.onVisible);
  }

  #arm() {
    clearTimeout(this.#timer); // two may have asked at once
    const soon = !this.isOver && !(this.isLive && this.now.playable && this.now.connection_state === 'connected');
    if (!this.isOver || !this.now.recording) this.#timer = setTimeout(() => this.refresh(), soon || this.isLost ? WAITING_EVERY : AGAIN_EVERY);
  }
}
