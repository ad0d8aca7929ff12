// <wlk-new-stream>: creates a stream, for now or for later. Dispatches `created` (detail: {stream, key, keyOf, problem}).

import { Element, html, nothing } from './element.js';
import { signed } from './api.js';
import { Broadcast } from './broadcast.js';
import { field } from './field.js';
import { rememberRelays, rememberedRelays } from './outer-relays.js';
import { visitor } from './signer.js';
import { words } from './strings.js';

const CATEGORIES = ['music', 'talk', 'gaming', 'art', 'education', 'sports', 'technology', 'other'];
const MOST_TITLE = 100;
const MOST_DESCRIPTION = 500;

/** Properties: `info` (the server's), `past` (streams that are over, newest first). */
class NewStream extends Element {
  static properties = {
    info: { attribute: false },
    past: { attribute: false },
    errors: { state: true },
    problem: { state: true },
    busy: { state: true },
    relays: { state: true },
  };

  #attempt = crypto.getRandomValues(new Uint32Array(4)).join('-');

  constructor() {
    super();
    this.errors = {};
    this.problem = '';
    this.busy = false;
    this.relays = '';
  }

  async connectedCallback() {
    super.connectedCallback();
    this.relays = (rememberedRelays() ?? (await visitor.relays()).slice(0, 5)).join('\n');
  }

  /** The newest stream whose key has not gone to another yet. */
  get #reusable() {
    return this.past.find((stream) => stream.reusable_key);
  }

  render() {
    const last = this.#reusable;
    return html`<form class="panel" @submit=${this.#submit} novalidate>
      <h2>${words.newStream}</h2>
      ${this.#field('title', words.title, (a) => html`<input name="title" id=${a.id} required autocomplete="off" aria-describedby=${a.describedBy} aria-invalid=${a.invalid}>`)}
      ${this.#field('description', words.description, (a) => html`<textarea name="description" rows="3" id=${a.id} aria-describedby=${a.describedBy} aria-invalid=${a.invalid}></textarea>`)}
      <div class="pair">
        ${this.#field('category', words.category, (a) => html`<input name="category" id=${a.id} list="categories" required autocomplete="off" .defaultValue=${'talk'} aria-describedby=${a.describedBy} aria-invalid=${a.invalid}>
          <datalist id="categories">${CATEGORIES.map((one) => html`<option value=${one}></option>`)}</datalist>`)}
        ${this.#field('starts', words.starts, (a) => html`<input type="datetime-local" name="starts" id=${a.id} aria-describedby=${a.describedBy} aria-invalid=${a.invalid}>`, words.startsHint)}
      </div>
      <div class="checks">
        <label class="check"><input type="checkbox" name="enable_chat" checked> ${words.enableChat}</label>
        ${this.info.records ? html`<label class="check"><input type="checkbox" name="record"> ${words.record}</label>` : nothing}
        ${last ? html`<label class="check"><input type="checkbox" name="reuse" checked> ${words.reuseKey(last.title)}</label>` : nothing}
      </div>
      <details><summary>${words.moreFields}</summary>
        ${this.#field('image', words.image, (a) => html`<input type="url" name="image" id=${a.id} placeholder="https://" aria-describedby=${a.describedBy} aria-invalid=${a.invalid}>`)}
        ${this.#field('tags', words.tags, (a) => html`<input name="tags" id=${a.id} aria-describedby=${a.describedBy} aria-invalid=${a.invalid}>`, words.tagsHint)}
        ${this.#field('relays', words.relays, (a) => html`<textarea name="relays" rows="3" id=${a.id} .value=${this.relays} placeholder="wss://" aria-describedby=${a.describedBy} aria-invalid=${a.invalid}></textarea>`, words.relaysHint)}
      </details>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <div class="buttons"><button class="primary" ?disabled=${this.busy}>${this.busy ? words.creating : words.create}</button></div>
    </form>`;
  }

  #field(name, label, input, hint) {
    return field(name, label, input, { hint, error: this.errors[name] });
  }

  /** Nothing that was typed is lost when it is refused. */
  async #submit(event) {
    event.preventDefault();
    if (this.busy) return;
    const form = event.target.elements;
    const relays = form.relays.value.split(/[\s,]+/).filter(Boolean);
    this.errors = check(form, relays);
    this.problem = '';
    const wrong = Object.keys(this.errors)[0];
    if (wrong) {
      this.#show(form, wrong);
      return;
    }
    this.busy = true;
    try {
      await this.#create(form, relays);
    } catch (e) {
      this.errors = e.errors ?? {};
      this.problem = e.message;
      const named = Object.keys(this.errors)[0];
      if (named) this.#show(form, named);
    }
    this.busy = false;
  }

  #show(form, name) {
    const input = form[name];
    input?.closest('details')?.setAttribute('open', '');
    input?.focus();
  }

  async #create(form, relays) {
    const reused = form.reuse?.checked ? this.#reusable : null;
    const body = {
      title: form.title.value.trim(),
      description: form.description.value.trim(),
      category: form.category.value.trim(),
      enable_chat: form.enable_chat.checked,
      ...(form.starts.value ? { starts: new Date(form.starts.value).toISOString() } : {}),
      ...(form.image.value.trim() ? { image: form.image.value.trim() } : {}),
      ...(form.tags.value.trim() ? { tags: form.tags.value.split(/[\s,#]+/).filter(Boolean) } : {}),
      ...(form.record?.checked ? { record: true } : {}),
      ...(reused ? { reuse_key_of: reused.stream_id } : {}),
    };
    const created = await signed('POST', '/api/v1/streams/create', body, { 'Idempotency-Key': this.#attempt });
    const stream = await signed('GET', `/api/v1/streams/${created.stream_id}`);
    rememberRelays(relays);
    const broadcast = new Broadcast(stream, relays);
    const problem = await broadcast.plan().then(() => '', (e) => words.notAnnounced(e.message));
    this.dispatchEvent(new CustomEvent('created', { detail: { stream, key: created.stream_key, keyOf: reused?.title ?? '', problem } }));
  }
}

const characters = (text) => [...text.trim()].length;

function check(form, relays) {
  const errors = {};
  if (characters(form.title.value) === 0) errors.title = words.required;
  else if (characters(form.title.value) > MOST_TITLE) errors.title = words.tooLong(characters(form.title.value), MOST_TITLE);
  if (characters(form.description.value) > MOST_DESCRIPTION) errors.description = words.tooLong(characters(form.description.value), MOST_DESCRIPTION);
  if (characters(form.category.value) === 0) errors.category = words.required;
  if (form.starts.value && new Date(form.starts.value) < Date.now()) errors.starts = words.inThePast;
  const odd = relays.find((url) => !/^wss?:\/\/[^\s/]+/.test(url));
  if (odd) errors.relays = words.noRelay(odd);
  return errors;
}

customElements.define('wlk-new-stream', NewStream);
