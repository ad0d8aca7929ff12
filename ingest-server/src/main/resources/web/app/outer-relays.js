// Other relays than this server's: what the visitor publishes goes there too, as far as they take it.

import { Relay } from './relay.js';
import { authenticate } from './signer.js';

const MOST = 10;
const open = new Map();

/** Sends an event to each; [{url, accepted, reason}] in the same order. None of them delays another. */
export function publishTo(urls, event) {
  return Promise.all(
    urls.slice(0, MOST).map((url) =>
      connection(url)
        .publish(event)
        .then(
          () => ({ url, accepted: true, reason: '' }),
          (e) => ({ url, accepted: false, reason: e.message }),
        ),
    ),
  );
}

function connection(url) {
  if (!open.has(url)) {
    if (open.size >= MOST) {
      const [oldest, relay] = open.entries().next().value;
      relay.close();
      open.delete(oldest);
    }
    open.set(url, new Relay(url, authenticate));
  }
  return open.get(url);
}
