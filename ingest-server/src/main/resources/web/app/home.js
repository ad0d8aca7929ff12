// The front page: what is live here, what is to come, what has been.

import './account.js';
import { Element, html, nothing, show } from './element.js';
import { avatar } from './person.js';
import { read } from './api.js';
import { people } from './origin.js';
import * as icons from './icons.js';
import { hue } from './people.js';
import { again, arrived } from './picture.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { base, initialData, local, posterPath, watchPath } from './site.js';
import { words } from './strings.js';
import { ago, clock, dayAndTime } from './time.js';

const AGAIN_EVERY = 10_000;
const FAILURES = 2;
const FRESH_FOR = 30_000;

const categoriesOf = ({ streams, planned, ended }) => [...new Set([...streams, ...planned, ...ended].map((s) => s.category))].sort();

class Home extends Element {
  static properties = { list: { state: true }, category: { state: true }, stale: { state: true } };

  #failures = 0;

  constructor() {
    super();
    this.list = initialData();
    this.category = '';
    this.stale = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.listen(people, 'change', () => this.requestUpdate());
    this.listen(document, 'visibilitychange', () => this.#refresh());
    this.every(AGAIN_EVERY, () => this.#refresh());
    this.every(1_000, () => this.requestUpdate());
  }

  async #refresh() {
    if (document.hidden) return;
    try {
      this.list = await read('/api/v1/live');
      this.#failures = 0;
    } catch {
      this.#failures++;
    }
    this.stale = this.#failures >= FAILURES;
    if (this.category && !categoriesOf(this.list).includes(this.category)) this.category = '';
  }

  render() {
    const { streams, planned, ended } = this.list;
    const categories = categoriesOf(this.list);
    const wanted = (list) => list.filter((s) => !this.category || s.category === this.category);
    return html`<div class="home">
      ${this.stale ? html`<p class="notice warn" role="status">${words.stale} <button @click=${() => this.#refresh()}>${words.retry}</button></p>` : nothing}
      <div class="title-row"><h1>${words.liveNow}</h1>${categories.length > 1 ? this.#filter(categories) : nothing}</div>
      ${this.#grid(wanted(streams), (s) => this.#live(s), this.#nobody(streams))}
      ${wanted(planned).length > 0 ? html`<h2>${words.planned}</h2>${this.#grid(wanted(planned), (s) => this.#planned(s))}` : nothing}
      ${wanted(ended).length > 0 ? html`<h2>${words.ended}</h2>${this.#grid(wanted(ended), (s) => this.#ended(s))}` : nothing}
    </div>`;
  }

  #filter(categories) {
    const choice = (value, text) => html`<button aria-pressed=${this.category === value} @click=${() => (this.category = value)}>${text}</button>`;
    return html`<div class="filter" role="group" aria-label=${words.category}>${choice('', words.all)}${categories.map((c) => choice(c, c))}</div>`;
  }

  #nobody(streams) {
    return html`<section class="nobody"><p class="big">${streams.length > 0 ? words.nobodyInCategory : words.nobodyLive}</p>
      <p>${words.goLiveInvitation}</p><p><a class="button primary" href="${base}/dashboard">${words.goLive}</a></p></section>`;
  }

  #grid(list, card, empty = nothing) {
    return list.length === 0 ? empty : html`<ul class="grid">${repeat(list, (s) => s.stream_id, (s) => html`<li>${card(s)}</li>`)}</ul>`;
  }

  #card(stream, over, below) {
    const picture = stream.image ? posterPath(stream.stream_id) : local(stream.thumbnail);
    const isLive = Boolean(stream.started_at);
    const fresh = picture && !stream.image && isLive ? `${picture}?${Math.floor(Date.now() / FRESH_FOR)}` : picture;
    return html`<article class="card"><a href=${watchPath(stream.stream_id)}>
      <div class="picture ${hue(stream.pubkey)}"><span aria-hidden="true">${[...stream.title][0]}</span>
        ${fresh ? html`<img src=${fresh} alt="" width="640" height="360" loading="lazy" @error=${again} @load=${arrived}>` : nothing}${over}</div>
      <h3>${stream.title}</h3></a>
      <p class="who">${avatar(stream.pubkey, people)}<span><bdi>${people.name(stream.pubkey)}</bdi><small>${stream.category}${below}</small></span></p></article>`;
  }

  #live(stream) {
    const since = (Date.now() - Date.parse(stream.started_at)) / 1000;
    return this.#card(
      stream,
      html`<span class="badge live">${stream.status === 'reconnecting' ? words.reconnectingBadge : words.liveBadge}</span>
        <span class="badge count">${icons.viewers}<span>${stream.current_viewers}</span><span class="sr"> ${words.watching}</span></span>
        <span class="badge since">${clock(since)}</span>`,
      nothing,
    );
  }

  #planned(stream) {
    return this.#card(stream, html`<span class="badge soon">${icons.calendar}${dayAndTime(stream.starts)}</span>`, nothing);
  }

  #ended(stream) {
    return this.#card(
      stream,
      html`${stream.recording ? html`<span class="badge recorded">${icons.play}${words.recording}</span>` : nothing}<span class="badge since">${clock(stream.duration_seconds)}</span>`,
      html` · ${ago(stream.ended_at)} · ${words.viewersInAll(stream.total_viewers)}`,
    );
  }
}

customElements.define('wlk-home', Home);
show('wlk-home');
