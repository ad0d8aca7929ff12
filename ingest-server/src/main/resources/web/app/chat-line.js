// One line of a chat.

import { html, nothing } from './element.js';
import * as icons from './icons.js';
import { base } from './site.js';
import { words } from './strings.js';
import { written } from './text.js';
import { timeOfDay } from './time.js';

/** Somebody's picture, or their letter where there is none. */
export function avatar(pubkey, people) {
  const src = people.picture(pubkey);
  const letter = [...people.name(pubkey).replace(/^npub1/, '')][0]?.toUpperCase() ?? '?';
  return html`<span class="avatar hue-${parseInt(pubkey.slice(0, 2), 16) % 12}" aria-hidden="true"
    >${letter}${src ? html`<img src=${src} alt="" width="28" height="28" loading="lazy" @error=${drop}>` : nothing}</span>`;
}

function drop(error) {
  error.target.hidden = true;
}

/** A name in its own colour. */
export const nameOf = (pubkey, people) =>
  html`<bdi class="name hue-${parseInt(pubkey.slice(0, 2), 16) % 12}" title=${people.isNamed(pubkey) ? '' : pubkey}>${people.name(pubkey)}</bdi>`;

/** What a message, a zap, a raid or a clip says, without whatever can be done with it. */
export function line(item, people, host) {
  const name = nameOf(item.pubkey, people);
  const badge = item.pubkey === host ? html`<span class="badge host">${words.host}</span>` : nothing;
  switch (item.type) {
    case 'zap':
      return html`${avatar(item.pubkey, people)}<p>${icons.zap}<b class="sats">${words.sats(item.sats)}</b> ${name}
        ${item.text ? html`<span class="text">${written(item.request, people)}</span>` : nothing}</p>`;
    case 'raid':
      return html`${avatar(item.pubkey, people)}<p>${words.raidFrom} ${name}
        ${item.text ? html`<span class="text">${written(item.event, people)}</span>` : nothing}</p>`;
    case 'clip':
      return html`${avatar(item.pubkey, people)}<p>${name} ${words.madeClip}
        <a href=${item.url} target="_blank" rel="noopener noreferrer nofollow ugc">${item.text || words.clip}</a></p>`;
    default:
      return html`${avatar(item.pubkey, people)}<p><time datetime=${new Date(item.at * 1000).toISOString()}>${timeOfDay(item.at)}</time>
        ${name}${badge} <span class="text">${written(item.event, people)}</span></p>`;
  }
}

/** Where a raid goes. */
export const raidTarget = (item) => `${base}/w/${encodeURIComponent(item.to.identifier)}`;
