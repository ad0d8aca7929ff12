// Where streamers go live from: their streams, the one in hand, and those that have been.

import './account.js';
import './going-live.js';
import './new-stream.js';
import './past-streams.js';
import { Element, html, nothing, show } from './element.js';
import { read, signed } from './api.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { people, relay } from './origin.js';
import { bringProfile } from './profile.js';
import { visitor } from './signer.js';
import { words } from './strings.js';
import { dayAndTime } from './time.js';

const isOver = (stream) => ['ended', 'error'].includes(stream.status);

class Dashboard extends Element {
  static properties = {
    info: { state: true },
    streams: { state: true },
    summaries: { state: true },
    cursor: { state: true },
    chosen: { state: true },
    problem: { state: true },
    note: { state: true },
    isKnown: { state: true },
  };

  /** Keys that were made in this page: they are nowhere else, and gone with it. */
  #keys = new Map();

  /** Streams that are in hand: out of sight they go on, heartbeat and all. */
  #open = [];

  constructor() {
    super();
    this.streams = this.summaries = [];
    this.cursor = this.chosen = this.info = null;
    this.problem = this.note = '';
    this.isKnown = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(visitor, 'change', () => this.#begin());
    visitor.ready.then(() => {
      this.isKnown = true;
      this.#begin();
    });
  }

  async #begin() {
    this.requestUpdate();
    if (!visitor.pubkey || this.owner === visitor.pubkey) {
      if (!visitor.pubkey) this.#forget();
      return;
    }
    const owner = visitor.pubkey;
    if (this.owner) this.#forget();
    this.owner = owner;
    this.problem = '';
    try {
      this.info = await read('/api/v1/info');
      await this.#load();
      const { summaries } = await signed('GET', '/api/v1/summaries');
      if (this.owner !== owner) return; // somebody else has signed in meanwhile
      this.#open = this.streams.filter((s) => ['live', 'reconnecting'].includes(s.status));
      const prepared = this.streams.find((s) => !isOver(s) && !s.starts);
      if (this.#open.length === 0 && prepared) this.#open = [prepared];
      this.chosen = this.#open[0] ?? null;
      this.summaries = summaries;
    } catch (e) {
      if (this.owner !== owner) return;
      this.owner = '';
      this.problem = e.message;
    }
  }

  #forget() {
    this.owner = '';
    this.streams = this.summaries = [];
    this.chosen = null;
    this.#open = [];
    this.#keys.clear();
  }

  async #load(cursor = null) {
    const owner = visitor.pubkey;
    const page = await signed('GET', `/api/v1/streams${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`);
    if (owner !== visitor.pubkey) return;
    const own = page.streams.map((stream) => ({ ...stream, pubkey: visitor.pubkey }));
    this.streams = cursor ? [...this.streams, ...own] : own;
    this.cursor = page.next_cursor;
  }

  render() {
    if (!visitor.pubkey) return this.#welcome();
    const past = this.streams.filter(isOver);
    return html`<div class="dashboard">
      <h1 class=${this.chosen ? 'sr' : ''}>${words.goLive}</h1>
      ${this.problem ? html`<p class="notice problem" role="alert">${this.problem} <button @click=${() => this.#begin()}>${words.retry}</button></p>` : nothing}
      ${this.note ? html`<p class="notice" role="status">${this.note}</p>` : nothing}
      ${this.#choices()}
      ${this.info ? this.#inHand() : html`<p class="hint" role="status">${words.loading}</p>`}
      ${this.info && !this.chosen ? html`<wlk-new-stream .info=${this.info} .past=${past} @created=${this.#created}></wlk-new-stream>` : nothing}
      <wlk-past-streams .streams=${past} .summaries=${this.summaries} .more=${this.cursor ? () => this.#load(this.cursor).catch((e) => (this.problem = e.message)) : null} @deleted=${this.#deleted}></wlk-past-streams>
    </div>`;
  }

  #welcome() {
    const start = (event) => {
      this.problem = '';
      visitor
        .signIn()
        .then(() => bringProfile(relay, people))
        .catch((e) => (this.problem = e.message));
      event.target.blur();
    };
    return html`<section class="welcome panel"><h1>${words.goLive}</h1><p>${words.welcome}</p>
      <ol><li>${words.welcomeSign}</li><li>${words.welcomeObs}</li><li>${words.welcomeLive}</li></ol>
      ${this.isKnown && visitor.hasSigner === false
        ? html`<p class="notice">${words.installSigner} <a href="https://nips.nostr.com/7" target="_blank" rel="noopener noreferrer">${words.whatSigner}</a> ${words.orTerminal}</p>`
        : html`<p><button class="primary big" @click=${start}>${words.signInNostr}</button></p>`}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}</section>`;
  }

  /** Streams that are not over, and a new one. */
  #choices() {
    const open = this.streams.filter((stream) => !isOver(stream));
    if (open.length === 0) return nothing;
    const tab = (isChosen, choose, content) => html`<button aria-pressed=${isChosen} @click=${choose}>${content}</button>`;
    return html`<div class="filter choices" role="group" aria-label=${words.yourStreams}>
      ${open.map((stream) => tab(this.chosen?.stream_id === stream.stream_id, () => this.#choose(stream), html`${stream.title}${stream.starts ? html` <small>${dayAndTime(stream.starts)}</small>` : nothing}`))}
      ${tab(!this.chosen, () => this.#choose(null), words.newStreamTab)}</div>`;
  }

  #choose(stream) {
    if (stream && !this.#open.some((one) => one.stream_id === stream.stream_id)) this.#open.push(stream);
    this.chosen = stream;
    this.note = '';
  }

  #inHand() {
    return repeat(
      this.#open,
      (stream) => stream.stream_id,
      (stream) => {
        const { key, keyOf = '', problem = '' } = this.#keys.get(stream.stream_id) ?? {};
        return html`<wlk-going-live ?hidden=${this.chosen?.stream_id !== stream.stream_id} .stream=${stream} .streamKey=${key ?? ''} .keyOf=${keyOf} .notice=${problem} .info=${this.info}
          @over=${(event) => this.#over(stream, event.detail)} @changed=${this.#changed}></wlk-going-live>`;
      },
    );
  }

  #created(event) {
    const { stream, key, keyOf, problem } = event.detail;
    const own = { ...stream, pubkey: visitor.pubkey };
    this.#keys.set(stream.stream_id, { key, keyOf, problem });
    this.streams = [own, ...this.streams];
    this.#choose(own);
  }

  #changed(event) {
    const changed = event.detail;
    const renewed = (s) => (s.stream_id === changed.stream_id ? changed : s);
    this.streams = this.streams.map(renewed);
    this.#open = this.#open.map(renewed);
    if (this.chosen) this.chosen = renewed(this.chosen);
  }

  async #over(stream, reason) {
    this.note = words.overBecause(reason);
    this.#open = this.#open.filter((one) => one.stream_id !== stream.stream_id);
    if (this.chosen?.stream_id === stream.stream_id) this.chosen = null;
    await this.#load().catch((e) => (this.problem = e.message));
  }

  #deleted(event) {
    const { id, recordingAlone } = event.detail;
    this.streams = recordingAlone
      ? this.streams.map((s) => (s.stream_id === id ? { ...s, recording: null } : s))
      : this.streams.filter((s) => s.stream_id !== id);
  }
}

customElements.define('wlk-dashboard', Dashboard);
show('wlk-dashboard');
