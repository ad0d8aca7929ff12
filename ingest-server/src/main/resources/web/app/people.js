// Names and pictures of people, out of their profiles on this relay: asked for together, kept, told when they come.

import { Kind, shortNpub } from './event.js';
import { picturePath } from './site.js';

const TOGETHER = 150;
const ASK_AT_ONCE = 100;
const MOST = 2_000;
const AFTER_FAILURE = 5_000;
const UNKNOWN_FOR = 60_000;

/** Dispatches `change` when somebody's name or picture has come. */
export class People extends EventTarget {
  #relay;
  #profiles = new Map();
  #wanted = new Set();
  #timer = 0;

  constructor(relay) {
    super();
    this.#relay = relay;
  }

  /** What to call them: the name in their profile, else their npub. */
  name(pubkey) {
    return this.#profile(pubkey)?.name || shortNpub(pubkey);
  }

  /** Whether it is a name that they gave themselves. */
  isNamed(pubkey) {
    return Boolean(this.#profile(pubkey)?.name);
  }

  /** Where their picture is, or null. */
  picture(pubkey) {
    return this.#profile(pubkey)?.hasPicture ? picturePath(pubkey) : null;
  }

  /** Asks anew when they are named next. */
  forget(pubkey) {
    this.#profiles.delete(pubkey);
    this.dispatchEvent(new Event('change'));
  }

  #profile(pubkey) {
    const known = this.#profiles.get(pubkey);
    const isFresh = known && (known.name || Date.now() - known.at < UNKNOWN_FOR);
    if (!isFresh && !this.#wanted.has(pubkey)) {
      this.#wanted.add(pubkey);
      this.#timer ||= setTimeout(() => this.#ask(), TOGETHER);
    }
    return known;
  }

  async #ask() {
    this.#timer = 0;
    const authors = [...this.#wanted].slice(0, ASK_AT_ONCE);
    const events = await this.#relay.query([{ kinds: [Kind.PROFILE], authors, limit: authors.length }]).catch(() => null);
    if (events === null) {
      this.#timer = setTimeout(() => this.#ask(), AFTER_FAILURE);
      return;
    }
    for (const author of authors) {
      this.#wanted.delete(author);
      this.#profiles.set(author, { at: Date.now() });
    }
    for (const event of events) this.#profiles.set(event.pubkey, { at: Date.now(), ...parse(event.content) });
    while (this.#profiles.size > MOST) this.#profiles.delete(this.#profiles.keys().next().value);
    if (events.length > 0) this.dispatchEvent(new Event('change'));
    if (this.#wanted.size > 0) this.#timer ||= setTimeout(() => this.#ask(), TOGETHER);
  }
}

/** One of twelve colours, always the same for a key. */
export const hue = (pubkey) => `hue-${parseInt(pubkey.slice(0, 2), 16) % 12}`;

// Control characters and those that turn the direction of what follows would reach beyond the name.
const UNRULY = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function parse(content) {
  try {
    const profile = JSON.parse(content);
    const name = [profile.display_name, profile.name].find((n) => typeof n === 'string' && n.trim()) ?? '';
    const plain = [...name.replace(UNRULY, '').trim()].slice(0, 40).join('');
    return { name: plain, hasPicture: typeof profile.picture === 'string' && /^https?:/i.test(profile.picture) };
  } catch {
    return null;
  }
}
