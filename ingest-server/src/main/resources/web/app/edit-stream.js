// <wlk-edit-stream>: what a stream says of itself, to be changed. Dispatches `save` (detail: what was touched, as the
// API takes it) and `cancel`.

import { Element, html, nothing } from './element.js';
import { field } from './field.js';
import { words } from './strings.js';

/** Properties: `stream`, `isLive` (then it has its start behind it), `errors` by field, `busy`. */
class EditStream extends Element {
  static properties = {
    stream: { attribute: false },
    isLive: { attribute: false },
    errors: { attribute: false },
    busy: { attribute: false },
  };

  render() {
    const { stream, errors } = this;
    const starts = stream.starts ? forField(stream.starts) : '';
    return html`<form class="panel" @submit=${this.#submit}>
      ${field('title', words.title, (a) => html`<input name="title" id=${a.id} .defaultValue=${stream.title} required aria-describedby=${a.describedBy} aria-invalid=${a.invalid}>`, { error: errors.title })}
      ${this.isLive ? nothing : field('starts', words.starts, (a) => html`<input type="datetime-local" name="starts" id=${a.id} .defaultValue=${starts} aria-describedby=${a.describedBy} aria-invalid=${a.invalid}>`, { error: errors.starts })}
      ${field('description', words.description, (a) => html`<textarea name="description" rows="3" id=${a.id} .defaultValue=${stream.description} aria-describedby=${a.describedBy} aria-invalid=${a.invalid}></textarea>`, { error: errors.description })}
      <div class="buttons"><button class="primary" ?disabled=${this.busy}>${words.save}</button><button type="button" @click=${() => this.dispatchEvent(new Event('cancel'))}>${words.cancel}</button></div>
    </form>`;
  }

  /** What was not touched is not said again: somebody else may have changed it meanwhile. */
  #submit(event) {
    event.preventDefault();
    const { title, description, starts } = event.target.elements;
    const touched = {};
    if (title.value !== title.defaultValue) touched.title = title.value;
    if (description.value !== description.defaultValue) touched.description = description.value;
    if (starts && starts.value !== starts.defaultValue) touched.starts = starts.value ? new Date(starts.value).toISOString() : null;
    this.dispatchEvent(new CustomEvent('save', { detail: touched }));
  }
}

/** An ISO time as a field for local times has it. */
function forField(iso) {
  const at = new Date(iso);
  return new Date(at - 60_000 * at.getTimezoneOffset()).toISOString().slice(0, 16);
}

customElements.define('wlk-edit-stream', EditStream);
