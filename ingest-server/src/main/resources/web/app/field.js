// One field of a form: its name, the field, a hint, and what is wrong with it.

import { html, nothing } from './element.js';

/**
 * A labelled field.
 *
 * @param name of the field, as the API has it
 * @param label what people call it
 * @param input (ids) => template; ids are {id, describedBy, invalid}
 * @param more {hint, error}
 */
export function field(name, label, input, { hint = '', error = '' } = {}) {
  const id = `field-${name}`;
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return html`<div class="field ${error ? 'wrong' : ''}">
    <label for=${id}>${label}</label>
    ${input({ id, describedBy: describedBy || nothing, invalid: error ? 'true' : nothing })}
    ${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : nothing}
    ${error ? html`<p class="problem" id="${id}-error">${error}</p>` : nothing}
  </div>`;
}
