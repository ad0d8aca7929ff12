// <wlk-player>: the video, its controls, and what is shown in its place while there is none.

import { Element, html, nothing } from './element.js';
import * as icons from './icons.js';
import { Playback } from './playback.js';
import { words } from './strings.js';
import { clock } from './time.js';

const LOUDNESS = 'wlk:volume';
const HIDE_AFTER = 3_000;
const SKIP = 5;

/**
 * Properties: `source` (URL or null), `live`, `name` (of the stream), `poster`, and `screen`, a
 * {title, text, kind, action: {label, run}} that stands over the picture. Dispatches `stall` when the
 * picture stops, and `over` at the end.
 */
class Player extends Element {
  static properties = {
    source: { attribute: false },
    live: { attribute: false },
    name: { attribute: false },
    poster: { attribute: false },
    screen: { attribute: false },
    idle: { state: true },
  };

  #playback = null;
  #hiding = 0;
  #wasIdle = false;

  constructor() {
    super();
    this.source = null;
    this.live = true;
    this.name = '';
    this.poster = null;
    this.screen = null;
    this.idle = false;
  }

  /** Milliseconds from the source being known to the first picture; for measurements. */
  get firstFrameAfter() {
    return this.#playback?.firstFrameAfter ?? 0;
  }

  /** Seconds behind the encoder, as the player knows; for measurements. */
  get latency() {
    return this.#playback?.latency() ?? null;
  }

  get #video() {
    return this.querySelector('video');
  }

  connectedCallback() {
    super.connectedCallback();
    this.every(500, () => this.requestUpdate());
    this.listen(this, 'keydown', (event) => this.#key(event));
    this.listen(document, 'fullscreenchange', () => this.requestUpdate());
    for (const type of ['pointermove', 'pointerdown', 'focusin']) {
      this.listen(this, type, () => {
        if (type === 'pointerdown') this.#wasIdle = this.idle;
        this.#stir();
      });
    }
  }

  firstUpdated() {
    this.#playback = new Playback(this.#video);
    this.#playback.addEventListener('change', () => this.#changed());
    this.until(() => this.#playback.close());
    try {
      const [volume, muted] = JSON.parse(localStorage.getItem(LOUDNESS) ?? '[1,false]');
      this.#video.volume = volume;
      this.#video.muted = muted;
    } catch {
      // As loud as the browser has it.
    }
    for (const type of ['volumechange', 'durationchange', 'enterpictureinpicture', 'leavepictureinpicture']) {
      this.#video.addEventListener(type, () => this.requestUpdate());
    }
    this.#playback.play(this.source, this.live);
    this.#mediaSession();
  }

  #changed() {
    const { state } = this.#playback;
    if (state === 'playing') this.#stir();
    if (['buffering', 'retrying'].includes(state)) this.dispatchEvent(new Event('stall'));
    if (state === 'over') this.dispatchEvent(new Event('over'));
    this.requestUpdate();
  }

  /** Takes the keyboard, unless somebody is at something else. */
  focus() {
    const box = this.firstElementChild;
    if (document.activeElement !== document.body) return;
    box.dataset.unasked = ''; // no ring around what nobody has gone to, until a key is pressed
    box.focus({ preventScroll: true });
    document.addEventListener('keydown', () => delete box.dataset.unasked, { once: true });
  }

  updated(changed) {
    if (changed.has('source') || changed.has('live')) this.#playback?.play(this.source, this.live);
    if (changed.has('name')) this.#mediaSession();
    const bar = this.querySelector('.seek');
    if (bar && !bar.matches(':active')) bar.value = String(this.#video.currentTime);
  }

  render() {
    const state = this.#playback?.state ?? 'idle';
    const busy = ['loading', 'buffering', 'retrying'].includes(state) && !this.screen;
    return html`<div class="player ${this.idle && state === 'playing' ? 'idle' : ''}" tabindex="0" role="group" aria-label=${words.player}>
      <video playsinline preload="auto" poster=${this.poster ?? nothing} aria-label=${words.videoOf(this.name)} @click=${this.#clicked}></video>
      ${busy ? html`<div class="spinner" role="status"><span class="sr">${state === 'retrying' ? words.reconnecting : words.loading}</span></div>` : nothing}
      ${this.screen ? this.#screen() : nothing}
      ${this.#playback?.isSilenced && this.#video.muted && !this.screen
        ? html`<button class="unmute" @click=${() => this.#mute()}>${icons.muted} ${words.unmute}</button>`
        : nothing}
      ${this.source ? this.#controls(state) : nothing}
    </div>`;
  }

  #screen() {
    const { title, text, kind, action } = this.screen;
    return html`<div class="screen ${kind}" role="status"><div>
      ${kind === 'lost' ? html`<span class="ring" aria-hidden="true"></span>` : nothing}
      <p class="screen-title">${title}</p>${text ? html`<p>${text}</p>` : nothing}
      ${action ? html`<p><button class="primary big" @click=${action.run}>${action.label}</button></p>` : nothing}</div></div>`;
  }

  #controls(state) {
    const video = this.#video;
    if (!video) return nothing;
    const playing = !video.paused;
    const silent = video.muted || video.volume === 0;
    const full = document.fullscreenElement === this.firstElementChild;
    return html`<div class="controls" role="group" aria-label=${words.controls}>
      ${this.live ? nothing : this.#seekBar(video)}
      <button aria-label=${playing ? words.pause : words.play} title="${playing ? words.pause : words.play} (k)" aria-keyshortcuts="k" @click=${() => this.#playback.toggle()}>${playing ? icons.pause : icons.play}</button>
      <button aria-label=${silent ? words.unmute : words.mute} title="${silent ? words.unmute : words.mute} (m)" aria-keyshortcuts="m" @click=${() => this.#mute()}>${silent ? icons.muted : icons.volume}</button>
      <input class="volume" type="range" min="0" max="1" step="0.05" aria-label=${words.volume} .value=${String(video.muted ? 0 : video.volume)} @input=${(event) => this.#loudness(Number(event.target.value))}>
      ${this.live ? this.#liveMark(state) : html`<span class="time">${clock(video.currentTime)} / ${clock(Number.isFinite(video.duration) ? video.duration : 0)}</span>`}
      <span class="gap"></span>
      ${document.pictureInPictureEnabled ? html`<button aria-label=${words.inPicture} title="${words.inPicture} (i)" aria-keyshortcuts="i" @click=${() => this.#inPicture()}>${icons.inPicture}</button>` : nothing}
      <button aria-label=${full ? words.shrink : words.enlarge} title="${full ? words.shrink : words.enlarge} (f)" aria-keyshortcuts="f" @click=${() => this.#enlarge()}>${full ? icons.shrink : icons.enlarge}</button>
    </div>`;
  }

  #seekBar(video) {
    const end = Number.isFinite(video.duration) ? video.duration : 0;
    return html`<input class="seek" type="range" min="0" max=${end} step="0.1" aria-label=${words.position}
      aria-valuetext=${words.positionOf(clock(video.currentTime), clock(end))} @input=${(event) => (video.currentTime = Number(event.target.value))}>`;
  }

  #liveMark(state) {
    if (!['playing', 'paused'].includes(state) || this.screen) return nothing;
    const behind = this.#playback.behind();
    const latency = this.#playback.latency();
    return this.#playback.isAtEdge
      ? html`<span class="mark at-edge" title=${latency ? words.latency(latency.toFixed(1)) : ''}><i></i>${words.live}</span>`
      : html`<button class="mark" title="${words.toLive} (l)" aria-keyshortcuts="l" @click=${() => this.#playback.toLive()}><i></i>−${clock(behind)}<span class="sr"> ${words.behindLive}.</span> ${words.toLive}</button>`;
  }

  /** A finger first wants to see the controls. */
  #clicked(event) {
    if (event.pointerType === 'touch' && this.#wasIdle) return;
    this.#playback.toggle();
  }

  #stir() {
    this.idle = false;
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => (this.idle = !this.querySelector('.controls')?.matches(':focus-within')), HIDE_AFTER);
  }

  /** Keys are the player's while it has the focus (WCAG 2.1.4), and its buttons' own before. */
  #key(event) {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || !this.source) return;
    const onControl = event.target.closest('button, a, input');
    const actions = {
      k: () => this.#playback.toggle(),
      m: () => this.#mute(),
      f: () => this.#enlarge(),
      i: () => this.#inPicture(),
      l: () => this.live && this.#playback.toLive(),
      ...(onControl
        ? {}
        : {
            ' ': () => this.#playback.toggle(),
            ArrowLeft: () => this.#playback.skip(-SKIP),
            ArrowRight: () => this.#playback.skip(SKIP),
            ArrowUp: () => this.#loudness(Math.min(1, this.#video.volume + 0.1)),
            ArrowDown: () => this.#loudness(Math.max(0, this.#video.volume - 0.1)),
          }),
    };
    const action = actions[key.length === 1 ? key.toLowerCase() : key];
    if (!action) return;
    event.preventDefault();
    this.#stir();
    action();
  }

  #mute() {
    const video = this.#video;
    if (video.muted || video.volume === 0) {
      this.#playback.unsilence();
      video.volume ||= 0.5;
    } else video.muted = true;
    this.#remember();
  }

  #loudness(volume) {
    this.#video.volume = volume;
    if (volume > 0) this.#playback.unsilence();
    else this.#video.muted = true;
    this.#remember();
  }

  #remember() {
    try {
      localStorage.setItem(LOUDNESS, JSON.stringify([this.#video.volume, this.#video.muted]));
    } catch {
      // As it was, next time.
    }
    this.requestUpdate();
  }

  /** An iPhone enlarges the video alone. */
  #enlarge() {
    const box = this.firstElementChild;
    if (document.fullscreenElement) document.exitFullscreen();
    else if (box.requestFullscreen) box.requestFullscreen().catch(() => {});
    else this.#video.webkitEnterFullscreen?.();
  }

  #inPicture() {
    if (document.pictureInPictureElement) document.exitPictureInPicture();
    else this.#video.requestPictureInPicture?.().catch(() => {});
  }

  #mediaSession() {
    if ('mediaSession' in navigator) navigator.mediaSession.metadata = new MediaMetadata({ title: this.name });
  }
}

customElements.define('wlk-player', Player);
