// A video element that plays an HLS URL, live or recorded, and does not give up.

import 'hls.js';

const { Hls } = globalThis;
const AGAIN_AFTER = [500, 1_000, 2_000, 3_000, 5_000];
const AT_EDGE_WITHIN = 3;
const START_WITHIN = 10_000;

/**
 * Dispatches `change`. `state` is idle, loading, playing, paused, buffering, retrying or over;
 * `isSilenced` when the browser allows it without sound alone.
 */
export class Playback extends EventTarget {
  state = 'idle';
  isSilenced = false;
  /** Milliseconds from the source being set to its first picture; 0 before that. */
  firstFrameAfter = 0;

  #video;
  #hls = null;
  #url = null;
  #isLive = true;
  #failures = 0;
  #timer = 0;
  #begun = 0;
  #wantsToPlay = true;

  constructor(video) {
    super();
    this.#video = video;
    const on = (type, action) => video.addEventListener(type, action);
    on('playing', () => this.#playing());
    on('pause', () => this.#become(this.#url ? 'paused' : 'idle'));
    on('waiting', () => this.state === 'playing' && this.#become('buffering'));
    on('ended', () => this.#become('over'));
    on('error', () => !this.#hls && this.#url && this.#retry());
  }

  /** Plays that URL, or nothing. The same again changes nothing. */
  play(url, isLive) {
    if (url === this.#url && isLive === this.#isLive) return;
    this.#stop();
    this.#url = url;
    this.#isLive = isLive;
    this.#failures = 0;
    this.firstFrameAfter = 0;
    this.#wantsToPlay = true;
    this.#begun = performance.now();
    if (url) this.#load();
    else this.#become('idle');
  }

  /** Plays on, or stays where it is. */
  async toggle() {
    this.#wantsToPlay = this.#video.paused;
    if (!this.#video.paused) this.#video.pause();
    else {
      if (this.#isLive && this.behind() > AT_EDGE_WITHIN) this.toLive();
      await this.#start();
    }
  }

  /** Seconds behind the newest that could be shown; 0 for a recording. */
  behind() {
    if (!this.#isLive || this.state === 'idle') return 0;
    const edge = this.#edge();
    return edge === null ? 0 : Math.max(0, edge - this.#video.currentTime);
  }

  /** Seconds from the streamer's encoder to the screen, or null where the player does not know. */
  latency() {
    return this.#isLive && this.#hls?.latency > 0 ? this.#hls.latency : null;
  }

  get isAtEdge() {
    return this.behind() <= AT_EDGE_WITHIN;
  }

  /** To the newest. */
  toLive() {
    const edge = this.#edge();
    if (edge !== null) this.#video.currentTime = edge;
    if (this.#video.paused) this.#start();
  }

  /** So many seconds forth, or back. */
  skip(seconds) {
    const { seekable } = this.#video;
    if (seekable.length === 0) return;
    const last = this.#isLive ? (this.#edge() ?? seekable.end(0)) : seekable.end(0);
    this.#video.currentTime = Math.min(Math.max(this.#video.currentTime + seconds, seekable.start(0)), last);
  }

  close() {
    this.#stop();
    this.#url = null;
  }

  #edge() {
    if (this.#hls?.liveSyncPosition) return this.#hls.liveSyncPosition;
    const { seekable } = this.#video;
    return seekable.length > 0 ? seekable.end(seekable.length - 1) - AT_EDGE_WITHIN : null;
  }

  #load() {
    this.#become('loading');
    if (Hls?.isSupported()) this.#loadWithHls();
    else {
      this.#video.src = this.#url;
      if (this.#wantsToPlay) this.#start();
      else this.#rest();
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.state === 'loading' && this.#retry(), START_WITHIN);
  }

  #loadWithHls() {
    const hls = new Hls({
      lowLatencyMode: true,
      enableWorker: false,
      backBufferLength: 30,
      maxLiveSyncPlaybackRate: 1.1,
      liveDurationInfinity: true,
    });
    this.#hls = hls;
    hls.on(Hls.Events.MANIFEST_PARSED, () => {
      if (this.#wantsToPlay) this.#start();
      else this.#rest();
    });
    hls.on(Hls.Events.ERROR, (_, error) => {
      if (!error.fatal || this.#hls !== hls) return;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR && this.#failures++ === 0) hls.recoverMediaError();
      else this.#retry();
    });
    hls.loadSource(this.#url);
    hls.attachMedia(this.#video);
  }

  /** The visitor has paused it: it stays so, ready. */
  #rest() {
    clearTimeout(this.#timer);
    this.#become('paused');
  }

  /** The visitor wants to hear it. */
  unsilence() {
    this.isSilenced = false;
    this.#video.muted = false;
  }

  async #start() {
    try {
      await this.#video.play();
    } catch (e) {
      if (e.name !== 'NotAllowedError') return; // another source came meanwhile
      this.isSilenced = true;
      this.#video.muted = true;
      await this.#video.play().catch(() => this.#become('paused'));
    }
  }

  #playing() {
    this.#failures = 0;
    clearTimeout(this.#timer);
    if (this.firstFrameAfter === 0) this.firstFrameAfter = Math.round(performance.now() - this.#begun);
    this.#become('playing');
  }

  #retry() {
    this.#stop();
    this.#become('retrying');
    const wait = AGAIN_AFTER[Math.min(this.#failures++, AGAIN_AFTER.length - 1)];
    this.#timer = setTimeout(() => this.#load(), wait);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#hls?.destroy();
    this.#hls = null;
    if (this.#video.getAttribute('src')) {
      this.#video.removeAttribute('src');
      this.#video.load();
    }
  }

  #become(state) {
    if (this.state !== state) {
      this.state = state;
      this.dispatchEvent(new Event('change'));
    }
  }
}
