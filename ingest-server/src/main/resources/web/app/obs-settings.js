// <wlk-obs-settings>: what to enter in OBS. The key is hidden, and known to this page only when it was made in it.

import { Element, html, nothing } from './element.js';
import { signed } from './api.js';
import * as icons from './icons.js';
import { words } from './strings.js';

const PRESETS = [
  ['1280 × 720, 30 fps', 3000],
  ['1920 × 1080, 30 fps', 4500],
  ['1920 × 1080, 60 fps', 6000],
];

/** Properties: `stream`, `streamKey` ('' where this page does not know it), `keyOf` (title of the stream it was of), `info`. */
class ObsSettings extends Element {
  static properties = {
    stream: { attribute: false },
    streamKey: { attribute: false },
    keyOf: { attribute: false },
    info: { attribute: false },
    isShown: { state: true },
    copied: { state: true },
    asking: { state: true },
    problem: { state: true },
    isNew: { state: true },
  };

  constructor() {
    super();
    this.isShown = this.asking = this.isNew = false;
    this.copied = this.problem = '';
  }

  render() {
    return html`<section class="panel" aria-label=${words.obs}>
      <h2>${words.obs}</h2>
      <p class="hint">${words.obsWhere}</p>
      <dl class="settings">
        <dt>${words.obsService}</dt><dd>${words.obsCustom}</dd><dd></dd>
        <dt>${words.obsServer}</dt><dd><code>${this.stream.rtmp_ingest}</code></dd><dd>${this.#copy('server', this.stream.rtmp_ingest, words.obsServer)}</dd>
        ${this.info.rtmps_ingest ? html`<dt>${words.obsServerTls}</dt><dd><code>${this.info.rtmps_ingest}</code></dd><dd>${this.#copy('tls', this.info.rtmps_ingest, words.obsServerTls)}</dd>` : nothing}
        <dt>${words.obsKey}</dt>${this.streamKey ? this.#key() : html`<dd>${this.keyOf ? words.keyIsOf(this.keyOf) : words.keyWasShown}</dd><dd></dd>`}
      </dl>
      ${this.isNew ? html`<p class="good" role="status">${words.newKeyMade}</p>` : nothing}
      ${this.streamKey ? html`<p class="hint warn">${words.keyOnce}</p>` : nothing}
      ${this.#rotate()}
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <details><summary>${words.obsOutput}</summary>
        <p class="hint">${words.obsWhy}</p>
        <table><thead><tr><th scope="col">${words.obsPicture}</th><th scope="col">${words.obsBitrate}</th></tr></thead>
          <tbody>${PRESETS.map(([picture, bitrate]) => html`<tr><td>${picture}</td><td>${bitrate} kbit/s</td></tr>`)}</tbody></table>
        <p class="hint">${words.obsAudio}</p></details>
    </section>`;
  }

  #key() {
    return html`<dd><code class="key">${this.isShown ? this.streamKey : '•'.repeat(24)}</code></dd>
      <dd><button class="icon-button" aria-pressed=${this.isShown} aria-label=${words.showKey} title=${words.showKey} @click=${() => (this.isShown = !this.isShown)}>${icons.eye}</button>${this.#copy('key', this.streamKey, words.obsKey)}</dd>`;
  }

  #copy(name, text, label) {
    const done = this.copied === name;
    return html`<button class="icon-button" aria-label=${done ? words.copied : words.copyOf(label)} title=${done ? words.copied : words.copyOf(label)} @click=${() => this.#put(name, text)}>${done ? icons.done : icons.copy}</button>`;
  }

  async #put(name, text) {
    try {
      await navigator.clipboard.writeText(text);
      this.copied = name;
      setTimeout(() => (this.copied = ''), 2_000);
    } catch {
      this.problem = words.cannotCopy;
    }
  }

  #askNew(isAsking) {
    this.asking = isAsking;
    this.focusOn(isAsking ? '.ask button' : '.asks');
  }

  #rotate() {
    if (['ended', 'error'].includes(this.stream.status)) return nothing;
    return this.asking
      ? html`<p class="ask">${words.newKeyAsk} <button class="danger" @click=${this.#newKey}>${words.newKey}</button><button @click=${() => this.#askNew(false)}>${words.cancel}</button></p>`
      : html`<p><button class="asks" @click=${() => this.#askNew(true)}>${words.newKey}</button></p>`;
  }

  async #newKey() {
    this.asking = this.isNew = false;
    this.problem = '';
    try {
      const { stream_key: key } = await signed('POST', `/api/v1/streams/${this.stream.stream_id}/keys`, {});
      this.streamKey = key;
      this.isShown = false;
      this.isNew = true;
      this.dispatchEvent(new CustomEvent('rotated', { detail: key }));
    } catch (e) {
      this.problem = e.message;
    }
  }
}

customElements.define('wlk-obs-settings', ObsSettings);
