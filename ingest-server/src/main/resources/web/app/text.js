// What people write, taken apart: words, links, custom emoji, other people. Never HTML.

import { html } from './element.js';
import { emojiPath } from './site.js';
import { parseProfileName, tagsOf } from './event.js';

const PIECES = /(https?:\/\/[^\s<>"'`]{1,500})|(?:nostr:)?\b(n(?:pub|profile)1[02-9ac-hj-np-z]{50,500})|:([a-zA-Z0-9_-]{1,100}):/g;

const MOST = 500;
// What turns the direction of all that follows.
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;
const MOST_LINES = 8;
const MOST_PARTS = 60;

/**
 * The parts of an event's content, each {text}, {link}, {emoji, src} or {pubkey}.
 *
 * @return {Array<{text?: string, link?: string, emoji?: string, src?: string, pubkey?: string}>}
 */
export function partsOf(event) {
  const content = shortened(event.content);
  const emoji = new Map(tagsOf(event, 'emoji').slice(0, 100).map((tag) => [tag[1], tag[2]]));
  const parts = [];
  let from = 0;
  const plain = (to) => {
    if (to > from) parts.push({ text: content.slice(from, to) });
  };
  for (const match of content.matchAll(PIECES)) {
    if (parts.length >= MOST_PARTS) break;
    const [whole, url, person, shortcode] = match;
    let part = null;
    if (url) part = linkOf(url);
    else if (person) {
      const pubkey = parseProfileName(person);
      part = pubkey && { pubkey };
    } else if (/^https?:\/\//i.test(emoji.get(shortcode) ?? '')) {
      part = { emoji: `:${shortcode}:`, src: emojiPath(event.id, shortcode) };
    }
    if (!part) continue;
    plain(match.index);
    parts.push(part);
    from = match.index + (part.link ?? whole).length;
  }
  plain(content.length);
  return parts;
}

/** As long as a message may be, and not a page of empty lines. */
function shortened(content) {
  const lines = String(content).slice(0, 4 * MOST).replace(TURNING, '').split(/(?:\r?\n)+/);
  const text = [lines.slice(0, MOST_LINES).join('\n'), ...lines.slice(MOST_LINES)].join(' ');
  const characters = [...text];
  return characters.length > MOST ? `${characters.slice(0, MOST).join('')}…` : text;
}

/** A full stop behind a link is the sentence's. */
function linkOf(url) {
  const link = url.replace(/[.,;:!?)\]}]+$/, '');
  try {
    return ['http:', 'https:'].includes(new URL(link).protocol) ? { link } : null;
  } catch {
    return null;
  }
}

/** The content as it is shown. */
export function written(event, people) {
  return partsOf(event).map((part) => {
    if (part.link) return html`<a href=${part.link} target="_blank" rel="noopener noreferrer nofollow ugc">${part.link}</a>`;
    if (part.emoji) return html`<img class="emoji" src=${part.src} alt=${part.emoji} title=${part.emoji} width="24" height="24" loading="lazy" @error=${asText}>`;
    if (part.pubkey) return html`<span class="mention">@${people.name(part.pubkey)}</span>`;
    return part.text;
  });
}

/** A picture that does not come is its name. */
function asText(error) {
  error.target.replaceWith(error.target.alt);
}
