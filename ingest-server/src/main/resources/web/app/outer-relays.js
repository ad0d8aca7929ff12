// Other relays than this server's: what the visitor publishes goes there too, as far as they take it.

import { Relay } from './relay.js';
import { authenticate } from './signer.js';

const MOST = 10;
const REMEMBERED = 'wlk:relays';
const open = new Map();

/**
 * Sends an event to each. None of them delays another.
 *
 * @param told ({url, accepted, reason}) for each, when it has answered or will not
 */
export function publishTo(urls, event, told) {
  for (const url of urls) {
    connection(url)
      .publish(event)
      .then(
        () => told({ url, accepted: true, reason: '' }),
        (e) => told({ url, accepted: false, reason: e.message }),
      );
  }
}

function connection(url) {
  if (!open.has(url)) {
    if (open.size >= MOST) {
      const [oldest, relay] = [...open].find(([, one]) => !one.isBusy) ?? [...open][0];
      relay.close();
      open.delete(oldest);
    }
    open.set(url, new Relay(url, authenticate));
  }
  return open.get(url);
}

/** Where the visitor's streams are announced besides here; null before they ever said so. */
export function rememberedRelays() {
  try {
    return localStorage.getItem(REMEMBERED)?.split('\n').filter(Boolean) ?? null;
  } catch {
    return null;
  }
}

export function rememberRelays(urls) {
  try {
    localStorage.setItem(REMEMBERED, urls.join('\n'));
  } catch {
    // Asked for again next time.
  }
}
