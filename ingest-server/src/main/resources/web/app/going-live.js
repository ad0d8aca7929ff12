// <wlk-going-live>: one stream of the visitor's, from waiting for OBS to the end.

import './chat-panel.js';
import './edit-stream.js';
import './obs-settings.js';
import './player.js';
import { Element, html, nothing } from './element.js';
import { follow, signed } from './api.js';
import { Broadcast } from './broadcast.js';
import { chart, thinned } from './chart.js';
import { ChatFeed } from './chat-feed.js';
import { tagValue } from './event.js';
import { altOf } from './live-stream.js';
import * as icons from './icons.js';
import { people, relay } from './origin.js';
import { rememberedRelays } from './outer-relays.js';
import { base, local, watchPath } from './site.js';
import { words } from './strings.js';
import { clock, dayAndTime, span, stamp } from './time.js';

const SLOW_MODES = [0, 5, 10, 30, 60, 300];
const POINTS = 600;
const LIVE_HERE = 'wlk:live-here';

/**
 * Properties: `stream`, `streamKey`, `keyOf`, `info`, `notice`. Dispatches `over` when it has
 * ended, `changed` when its title has.
 */
class GoingLive extends Element {
  static properties = {
    stream: { attribute: false },
    streamKey: { attribute: false },
    keyOf: { attribute: false },
    info: { attribute: false },
    notice: { attribute: false },
    state: { state: true },
    busy: { state: true },
    problem: { state: true },
    preview: { state: true },
    asking: { state: true },
    editing: { state: true },
    errors: { state: true },
    rules: { state: true },
    isCut: { state: true },
  };

  #broadcast;
  #feed;
  #aborting = new AbortController();
  #bitrate = [];
  #viewers = [];
  #isEnding = false;
  #isDeleting = false;
  #amend = (changes) => this.#broadcast.amend(changes);

  constructor() {
    super();
    this.state = { connection: 'disconnected', status: '', tracks: [], health: null, viewers: 0, peak: 0, isPlayable: false, isLost: false, reason: '' };
    this.busy = this.problem = this.notice = this.keyOf = this.streamKey = '';
    this.preview = this.asking = this.editing = false;
    this.errors = {};
  }

  connectedCallback() {
    super.connectedCallback();
    const { stream } = this;
    this.state = { ...this.state, connection: stream.connection_state, status: stream.status };
    this.#broadcast = new Broadcast(stream, rememberedRelays() ?? []);
    this.#feed = new ChatFeed(relay, stream.pubkey, stream.stream_id);
    for (const source of [this.#broadcast, people]) this.listen(source, 'change', () => this.requestUpdate());
    this.listen(this.#feed, 'stream', () => this.#described(this.#feed.stream));
    this.every(1_000, () => this.requestUpdate());
    this.until(() => this.#feed.close());
    this.until(() => this.#aborting.abort());
    this.until(() => this.#broadcast.close());
    this.listen(window, 'beforeunload', (event) => this.#broadcast.isBeating && event.preventDefault());
    this.#follow();
    if (this.#isLive && isLiveHere(stream.stream_id)) this.#resume();
    if (this.#isLive) this.#history();
  }

  #follow() {
    this.problem = '';
    this.isCut = false;
    follow(this.stream.stream_id, (name, data) => this.#told(name, data), this.#aborting.signal).catch((e) => {
      this.isCut = true;
      this.problem = e.message;
    });
  }

  get #isLive() {
    return ['live', 'reconnecting'].includes(this.state.status);
  }

  get #isConnected() {
    return this.state.connection === 'connected';
  }

  render() {
    const { stream } = this;
    return html`<div class="going-live">
      <div class="main-column">
        <header class="headline"><h2>${stream.title}</h2>${this.#standing()}</header>
        ${this.notice ? html`<p class="notice warn" role="status">${this.notice}</p>` : nothing}
        ${this.state.isLost ? html`<p class="notice warn" role="status">${words.stale}</p>` : nothing}
        ${this.#isLive ? this.#liveBoard() : this.#steps()}
      </div>
      <wlk-chat .feed=${this.#feed} .people=${people} .relay=${relay} .host=${stream.pubkey} .streamId=${stream.stream_id}
        .closed=${stream.enable_chat ? '' : words.chatOffHere} .amend=${this.#amend}></wlk-chat>
    </div>`;
  }

  /** What went wrong, and the way on from there. */
  #trouble() {
    const problem = this.problem || this.#broadcast.problem;
    if (!problem) return nothing;
    const again = (action) => html`<button @click=${action} ?disabled=${this.busy}>${words.retry}</button>`;
    const way = this.isCut
      ? again(() => this.#follow())
      : this.#isEnding
        ? again(() => this.#finish(this.state.recording, true))
        : this.#isLive && this.#broadcast.isBeating
          ? again(() => this.#do(words.starting, () => this.#broadcast.heartbeat()))
          : nothing;
    return html`<p class="notice problem" role="alert">${problem} ${way}</p>`;
  }

  #standing() {
    if (this.#isLive) {
      const up = this.state.startedAt ? (Date.now() - this.state.startedAt) / 1000 : 0;
      return html`<p class="facts"><span class="badge live">${this.state.status === 'reconnecting' ? words.reconnectingBadge : words.liveBadge}</span><span class="fact">${clock(up)}</span></p>`;
    }
    return html`<p class="facts"><span class="badge">${this.stream.starts ? words.plannedBadge : words.notLiveBadge}</span>${this.stream.starts ? html`<span class="fact">${dayAndTime(this.stream.starts)}</span>` : nothing}</p>`;
  }

  #steps() {
    const step = (number, isDone, title, content) => html`<li class=${isDone ? 'done' : ''}><span class="number" aria-hidden="true">${isDone ? icons.done : number}</span><div><h3>${title}</h3>${content}</div></li>`;
    const { health } = this.state;
    return html`<ol class="steps">
      ${step(1, this.#isConnected, words.stepObs, this.#obs())}
      ${step(2, this.#isConnected, this.#isConnected ? words.obsConnected : words.waitingForObs, html`
        <p role="status" class=${this.#isConnected ? 'good' : 'hint'}>${this.#isConnected ? this.state.tracks.map((track) => track.description).join(', ') || words.connected : words.startInObs}</p>
        ${this.#warnings(health)}${this.#isConnected ? this.#preview() : nothing}`)}
      ${step(3, false, words.stepLive, html`<p class="hint">${words.signsHint}</p>
        ${this.#trouble()}
        <p class="buttons"><button class="primary big" ?disabled=${!this.#isConnected || this.busy} @click=${this.#start}>${this.busy || words.goLiveNow}</button>
        ${this.#editButton()}${this.#deleteButton()}</p>${this.editing ? this.#editForm() : nothing}`)}
    </ol>`;
  }

  #editButton() {
    return html`<button @click=${() => (this.editing = !this.editing)} aria-expanded=${this.editing}>${words.edit}</button>`;
  }

  /** A question takes the focus from what asked it, and gives it back. */
  #ask(isAsking) {
    this.asking = isAsking;
    this.focusOn(isAsking ? '.ask button' : '.asks');
  }

  #deleteButton() {
    return this.asking
      ? html`<span class="ask">${words.deleteAsk} <button class="danger" @click=${this.#delete}>${words.delete}</button><button @click=${() => this.#ask(false)}>${words.cancel}</button></span>`
      : html`<button class="asks" @click=${() => this.#ask(true)}>${words.deleteStream}</button>`;
  }

  #liveBoard() {
    const { health, viewers, peak } = this.state;
    const tile = (label, value) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
    return html`<dl class="tiles">
        ${tile(words.viewers, viewers.toLocaleString())}${tile(words.peak, Math.max(peak, viewers).toLocaleString())}
        ${tile(words.bitrate, health ? `${health.bitrate_kbps.toLocaleString()} kbit/s` : '–')}
        ${tile(words.frameRate, health ? `${health.frame_rate.toFixed(1)} fps` : '–')}
        ${tile(words.keyFrames, health?.keyframe_interval_ms ? `${(health.keyframe_interval_ms / 1000).toFixed(1)} s` : '–')}
      </dl>
      ${this.#isConnected ? nothing : html`<p class="notice warn" role="status">${words.encoderGone}</p>`}
      ${this.#warnings(health)}
      ${this.#elsewhere()}
      <div class="charts panel">${chart(this.#bitrate, words.bitrate, 'kbit/s')}${chart(this.#viewers, words.viewers, '')}</div>
      ${this.#outcomes()}
      ${this.#preview()}
      <details class="obs"><summary>${words.obs}</summary>${this.#obs()}</details>
      ${this.editing ? this.#editForm() : nothing}
      ${this.#trouble()}
      <p class="buttons">
        ${this.asking
          ? html`<span class="ask">${words.stopAsk} <button class="primary danger-ground" @click=${this.#stop} ?disabled=${this.busy}>${this.busy || words.stop}</button><button @click=${() => this.#ask(false)}>${words.cancel}</button></span>`
          : html`<button class="asks primary danger-ground big" @click=${() => this.#ask(true)}>${words.stop}</button>`}
        ${this.rules ? html`<label class="inline">${words.slowMode} <select @change=${this.#slow}>${[...new Set([...SLOW_MODES, this.rules.slow_mode_seconds])].map((s) => html`<option value=${s} ?selected=${s === this.rules.slow_mode_seconds}>${s === 0 ? words.off : span(s)}</option>`)}</select></label>` : nothing}
        ${this.#editButton()}
        <a class="button" href=${watchPath(this.stream.stream_id)} target="_blank">${words.watchPage}</a>
        <a class="button" href="${base}/overlay/chat/${this.stream.stream_id}" target="_blank">${words.overlay}</a>
      </p>`;
  }

  #obs() {
    return html`<wlk-obs-settings .stream=${this.stream} .streamKey=${this.streamKey} .keyOf=${this.keyOf} .info=${this.info} @rotated=${(e) => (this.streamKey = e.detail)}></wlk-obs-settings>`;
  }

  #warnings(health) {
    const { warnings = [] } = health ?? {};
    return warnings.length > 0 ? html`<ul class="warnings" role="status">${warnings.map((text) => html`<li>${icons.warning} ${text}</li>`)}</ul>` : nothing;
  }

  #preview() {
    return this.preview
      ? html`<wlk-player class="preview" .source=${local(this.stream.hls_playback)} .live=${true} .name=${this.stream.title}></wlk-player>`
      : html`<p><button @click=${() => (this.preview = true)}>${words.showPreview}</button></p>`;
  }

  /** It is live, but another program says so to the relays. */
  #elsewhere() {
    return this.#broadcast.isBeating || this.busy
      ? nothing
      : html`<p class="notice">${words.liveElsewhere} <button @click=${this.#resume}>${words.beatHere}</button></p>`;
  }

  #outcomes() {
    const { outcomes } = this.#broadcast;
    if (outcomes.length === 0) return nothing;
    const taken = outcomes.filter((outcome) => outcome.accepted).length;
    return html`<details class="outcomes"><summary>${words.acceptedBy(taken, outcomes.length)}</summary>
      <ul>${outcomes.map(({ url, accepted, reason }) => html`<li class=${accepted ? '' : 'warn'}>${url}${accepted ? '' : html` – ${reason}`}</li>`)}</ul></details>`;
  }

  #editForm() {
    return html`<wlk-edit-stream .stream=${this.stream} .isLive=${this.#isLive} .errors=${this.errors} .busy=${this.busy}
      @save=${this.#save} @cancel=${() => (this.editing = false)}></wlk-edit-stream>`;
  }

  /** What was said of it from elsewhere counts here too. */
  #described(event) {
    const title = tagValue(event, 'title') ?? this.stream.title;
    const description = tagValue(event, 'summary') ?? '';
    if (title === this.stream.title && description === this.stream.description) return;
    this.#become({ title, description });
  }

  #become(changes) {
    this.stream = { ...this.stream, ...changes };
    this.dispatchEvent(new CustomEvent('changed', { detail: this.stream }));
  }

  #told(name, data) {
    this.state = { ...this.state, isLost: name === 'lost' };
    switch (name) {
      case 'connection':
        this.state = { ...this.state, status: data.status, connection: data.connection_state, tracks: data.tracks };
        if (data.connection_state !== 'connected') this.state = { ...this.state, isPlayable: false, health: null };
        if (this.#isLive && !this.state.startedAt) this.#since();
        if (!this.rules && this.stream.enable_chat) this.#rules();
        break;
      case 'first_segment':
        this.state = { ...this.state, isPlayable: true };
        break;
      case 'viewers':
        this.state = { ...this.state, viewers: data.current_viewers, peak: data.peak_viewers };
        this.#broadcast.viewers = data.current_viewers;
        break;
      case 'health':
        this.state = { ...this.state, health: data, recording: data.recording };
        this.#sample(data.bitrate_kbps, this.state.viewers);
        break;
      case 'ended':
        this.state = { ...this.state, status: 'ended', recording: data.recording, reason: data.reason };
        this.#finish(data.recording);
        break;
    }
  }

  #sample(bitrate, viewers) {
    const at = stamp();
    this.#bitrate = thinned([...this.#bitrate, [at, bitrate]], POINTS);
    this.#viewers = thinned([...this.#viewers, [at, viewers]], POINTS);
  }

  async #since() {
    const details = await signed('GET', `/api/v1/streams/${this.stream.stream_id}`).catch(() => null);
    if (details?.started_at) this.state = { ...this.state, startedAt: Date.parse(details.started_at) };
  }

  async #history() {
    const { samples } = await signed('GET', `/api/v1/streams/${this.stream.stream_id}/metrics`).catch(() => ({ samples: [] }));
    const older = samples.map((sample) => [Math.floor(Date.parse(sample.at) / 1000), sample]);
    this.#bitrate = [...older.map(([at, s]) => [at, s.bitrate_kbps]), ...this.#bitrate];
    this.#viewers = [...older.map(([at, s]) => [at, s.viewers]), ...this.#viewers];
    this.requestUpdate();
  }

  async #rules() {
    this.rules = await signed('GET', `/api/v1/streams/${this.stream.stream_id}/moderation`).catch(() => null);
  }

  /** Bans that came meanwhile stay: the rules are asked for anew, and one is changed. */
  #slow(event) {
    const path = `/api/v1/streams/${this.stream.stream_id}/moderation`;
    const seconds = Number(event.target.value);
    return this.#do(words.saving, async () => {
      const rules = await signed('GET', path);
      this.rules = await signed('PUT', path, { ...rules, slow_mode_seconds: seconds });
    });
  }

  /** What is being done stands in the button; what failed is said, and can be done again. */
  async #do(what, action) {
    this.busy = what;
    this.problem = '';
    try {
      await action();
    } catch (e) {
      this.problem = e.message;
      this.errors = e.errors ?? {};
    }
    this.busy = '';
  }

  #start() {
    return this.#do(words.starting, async () => {
      await signed('POST', `/api/v1/streams/${this.stream.stream_id}/start`, {});
      this.state = { ...this.state, status: 'live', startedAt: Date.now() };
      liveHere(this.stream.stream_id, true);
      await this.#broadcast.goLive();
    });
  }

  #resume() {
    return this.#do(words.starting, async () => {
      liveHere(this.stream.stream_id, true);
      await this.#broadcast.goLive();
    });
  }

  async #stop() {
    let status = null;
    await this.#do(words.stopping, async () => {
      this.asking = false;
      status = await signed('POST', `/api/v1/streams/${this.stream.stream_id}/stop`, {});
    });
    if (status) await this.#finish(status.recording);
  }

  /** The server says that it is over: now the relays are told, by the streamer's own key. */
  #finish(recording, again = false) {
    if (this.#isDeleting || (this.#isEnding && !again)) return;
    this.#isEnding = true;
    return this.#do(words.stopping, async () => {
      await this.#broadcast.end(recording ?? undefined);
      liveHere(this.stream.stream_id, false);
      this.dispatchEvent(new CustomEvent('over', { detail: this.state.reason }));
    });
  }

  /** First the server, then the relays. */
  #save({ detail: touched }) {
    return this.#do(words.saving, async () => {
      this.errors = {};
      const names = Object.keys(touched);
      if (names.length > 0) {
        const details = await signed('PATCH', `/api/v1/streams/${this.stream.stream_id}`, touched);
        const said = {};
        if ('title' in touched) Object.assign(said, { title: details.title, alt: altOf(details.title) });
        if ('description' in touched) said.description = details.description;
        if ('starts' in touched) said.starts = details.starts && String(Math.floor(Date.parse(details.starts) / 1000));
        this.#become(Object.fromEntries(names.map((name) => [name, details[name]])));
        await this.#broadcast.amend(said);
      }
      this.editing = false;
    });
  }

  #delete() {
    this.#isDeleting = true;
    return this.#do(words.deleting, async () => {
      try {
        await this.#broadcast.retract();
        await signed('DELETE', `/api/v1/streams/${this.stream.stream_id}`);
      } finally {
        this.#isDeleting = false;
      }
      this.#aborting.abort();
      this.dispatchEvent(new CustomEvent('over', { detail: words.deleted }));
    });
  }
}

/** Whether this browser is where the stream was started, and goes on telling the relays of it. */
function isLiveHere(id) {
  try {
    return localStorage.getItem(LIVE_HERE) === id;
  } catch {
    return false;
  }
}

function liveHere(id, isSo) {
  try {
    if (isSo) localStorage.setItem(LIVE_HERE, id);
    else if (isLiveHere(id)) localStorage.removeItem(LIVE_HERE);
  } catch {
    // After a reload the visitor is asked.
  }
}

customElements.define('wlk-going-live', GoingLive);
