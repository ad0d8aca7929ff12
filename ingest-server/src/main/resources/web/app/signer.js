// Who signs: the visitor's own signer behind window.nostr (NIP-07). No key is ever in the page.

import { Kind } from './event.js';
import { stamp } from './time.js';
import { words } from './strings.js';

const REMEMBERED = 'wlk:signed-in';
const APPEARS_WITHIN = 1_500;
const LOOK_EVERY = 100;
const PATIENCE = 120_000;

// Within TLS a page reaches nothing that is without.
const RELAY = location.protocol === 'https:' ? /^wss:\/\/[^\s/]/ : /^wss?:\/\/[^\s/]/;

/** Signers are put into pages after these have begun. */
function appearance() {
  return new Promise((resolve) => {
    const end = Date.now() + APPEARS_WITHIN;
    const look = () => {
      if (window.nostr || Date.now() > end) resolve(Boolean(window.nostr));
      else setTimeout(look, LOOK_EVERY);
    };
    look();
  });
}

/** The signer said no, or there is none. */
export class SignerError extends Error {}

/** The visitor. Dispatches `change`. */
class Visitor extends EventTarget {
  /** Public key, hex; empty for a guest. */
  pubkey = '';
  /** Whether there is a signer; undefined until that is known. */
  hasSigner = undefined;

  #ready = null;

  /** When it is known who they are. Pages that nobody signs in do not ask. */
  get ready() {
    this.#ready ??= this.#begin();
    return this.#ready;
  }

  async #begin() {
    this.hasSigner = await appearance();
    let remembered = false;
    try {
      remembered = localStorage.getItem(REMEMBERED) === 'yes';
    } catch {
      // Without storage everybody begins as a guest.
    }
    if (this.hasSigner && remembered) await this.signIn().catch(() => {});
    this.#changed();
  }

  /** Asks the signer who the visitor is. Throws an Error that can be shown. */
  async signIn() {
    if (!window.nostr) throw new SignerError(words.noSigner);
    let pubkey;
    try {
      pubkey = await window.nostr.getPublicKey();
    } catch (e) {
      throw new SignerError(words.signerRefused(messageOf(e)));
    }
    if (!/^[0-9a-f]{64}$/.test(pubkey)) throw new SignerError(words.signerOdd);
    this.pubkey = pubkey;
    this.#remember('yes');
    this.#changed();
  }

  /** A guest again; the signer is not told, it has nothing to forget. */
  signOut() {
    this.pubkey = '';
    this.#remember('no');
    this.#changed();
  }

  /**
   * Has a template signed: kind, content, tags, and created_at where it is not now. What comes
   * back must be by the visitor and say the same: whoever checks the signature is the relay. Throws
   * a SignerError that can be shown.
   *
   * @param within milliseconds that the visitor may take
   */
  async sign({ kind, content = '', tags = [], created_at = stamp() }, within = PATIENCE) {
    if (!this.pubkey) await this.signIn();
    let event;
    try {
      event = await soon(window.nostr.signEvent({ kind, content, tags, created_at }), within);
    } catch (e) {
      throw new SignerError(words.signerRefused(messageOf(e)));
    }
    if (event?.pubkey !== this.pubkey) {
      this.signOut();
      throw new SignerError(words.signerOther);
    }
    const same =
      event.kind === kind &&
      event.content === content &&
      event.created_at === created_at &&
      JSON.stringify(event.tags) === JSON.stringify(tags);
    if (!same || typeof event.sig !== 'string') throw new SignerError(words.signerOdd);
    return event;
  }

  /** The visitor's own relays as their signer knows them; none where it does not say. */
  async relays() {
    try {
      return Object.entries((await window.nostr?.getRelays?.()) ?? {})
        .filter(([url, use]) => RELAY.test(url) && use?.write !== false)
        .map(([url]) => url);
    } catch {
      return [];
    }
  }

  #remember(answer) {
    try {
      localStorage.setItem(REMEMBERED, answer);
    } catch {
      // Asked again next time.
    }
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}

function soon(promise, within) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(words.signerSilent)), within);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const messageOf = (e) => (e instanceof Error ? e.message : String(e));

export const visitor = new Visitor();

/** NIP-42, for relays that demand it, where the visitor has signed in. */
export async function authenticate(url, challenge) {
  if (!visitor.pubkey) return null;
  return visitor
    .sign({ kind: Kind.AUTH, tags: [['relay', url], ['challenge', challenge]] })
    .catch(() => null);
}
