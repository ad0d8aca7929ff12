// One line of a chat.

import { html, nothing } from './element.js';
import { naddr } from './event.js';
import * as icons from './icons.js';
import { avatar, nameOf } from './person.js';
import { watchPath } from './site.js';
import { words } from './strings.js';
import { written } from './text.js';
import { timeOfDay } from './time.js';

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
        <a href=${item.url} target="_blank" rel="noopener noreferrer nofollow ugc">${item.text.slice(0, 100) || words.clip}</a> <small>${hostOf(item.url)}</small></p>`;
    default:
      return html`${avatar(item.pubkey, people)}<p><time datetime=${new Date(item.at * 1000).toISOString()}>${timeOfDay(item.at)}</time>
        ${name}${badge} <span class="text">${written(item.event, people)}</span></p>`;
  }
}

/** Where a link leads, whatever is written on it. */
function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}

/** Where a raid goes. */
export const raidTarget = (item) => watchPath(naddr(item.to.pubkey, item.to.identifier));
