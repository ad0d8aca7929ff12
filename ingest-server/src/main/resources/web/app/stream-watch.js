// A stream as a viewer follows it: what the server says of it now and then, and at once when its live event changes.

import { read } from './api.js';
import { tagValue } from './event.js';

const AGAIN_EVERY = 10_000;
const WAITING_EVERY = 3_000;
const HIDDEN_EVERY = 60_000;
const FAR_EVERY = 20_000;
const FAR = 600;
const SPREAD = 1_500;
const FAILURES = 2;

// Should the player not say that it has come to the end.
const SEEN_OUT_AFTER = 8_000;
const DOUBT_EVERY = 2_000;

/** Dispatches `change`; `now` is the server's answer, `isLost` whether there is none just now. */
export class StreamWatch extends EventTarget {
  isLost = false;
  /** Whether it was live here, and its last picture has been shown, and its recording is wanted. */
  wasLive = false;
  isSeenOut = false;
  wantsRecording = false;

  #timer = 0;
  #isClosed = false;
  #doubted = 0;
  #failures = 0;
  #last = 0;

  constructor(first) {
    super();
    this.now = first;
    this.#note();
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
      this.#failures = 0;
    } catch (e) {
      if (e.status === 404) this.now = { ...this.now, status: 'ended', playable: false, recording: null };
      else this.isLost = ++this.#failures >= FAILURES;
    }
    if (this.#isClosed) return;
    this.#note();
    this.dispatchEvent(new Event('change'));
    this.#arm();
  }

  /** Its live event is a new one: asked about if it says something new, and not by all viewers in the same moment. */
  told(event) {
    const status = tagValue(event, 'status');
    const isNews = (status === 'live') !== this.isLive || tagValue(event, 'title') !== this.now.title;
    if (!isNews || this.isOver) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.refresh(), Math.random() * SPREAD);
  }

  /** The picture has stopped: whoever plays it knows before anybody else. */
  doubt() {
    if (this.isLive && this.now.connection_state === 'connected' && Date.now() - this.#doubted > DOUBT_EVERY) {
      this.#doubted = Date.now();
      this.refresh();
    }
  }

  /** The last picture was shown. */
  seenOut() {
    if (!this.isOver || this.isSeenOut) return;
    clearTimeout(this.#last);
    this.isSeenOut = true;
    this.dispatchEvent(new Event('change'));
  }

  /** The recording is wanted. */
  replay() {
    this.wantsRecording = true;
    this.dispatchEvent(new Event('change'));
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#last);
    document.removeEventListener('visibilitychange', this.onVisible);
  }

  #note() {
    if (this.isLive && this.now.playable) this.wasLive = true;
    if (this.isOver && this.wasLive) this.#last ||= setTimeout(() => this.seenOut(), SEEN_OUT_AFTER);
  }

  #arm() {
    clearTimeout(this.#timer); // two may have asked at once
    if (!this.isOver || !this.now.recording) this.#timer = setTimeout(() => this.refresh(), this.#wait());
  }

  #wait() {
    const isFar = !this.isLive && this.now.starts && Date.parse(this.now.starts) - Date.now() > 1000 * FAR;
    if (document.hidden && !this.isLive) return HIDDEN_EVERY;
    if (this.isOver || isFar) return FAR_EVERY;
    const isWell = this.isLive && this.now.playable && this.now.connection_state === 'connected' && this.#failures === 0;
    return isWell ? AGAIN_EVERY : WAITING_EVERY;
  }
}
