// Somebody, as they are shown: picture and name.

import { html, nothing } from './element.js';
import { hue } from './people.js';
import { again, arrived } from './picture.js';

/** Somebody's picture, or their letter where there is none. */
export function avatar(pubkey, people) {
  const src = people.picture(pubkey);
  const letter = [...people.name(pubkey).replace(/^npub1/, '')][0]?.toUpperCase() ?? '?';
  return html`<span class="avatar ${hue(pubkey)}" aria-hidden="true"
    >${letter}${src ? html`<img src=${src} alt="" width="28" height="28" loading="lazy" @error=${again} @load=${arrived}>` : nothing}</span>`;
}

/** A name in its own colour. */
export const nameOf = (pubkey, people) =>
  html`<bdi class="name ${hue(pubkey)}" title=${people.isNamed(pubkey) ? '' : pubkey}>${people.name(pubkey)}</bdi>`;
