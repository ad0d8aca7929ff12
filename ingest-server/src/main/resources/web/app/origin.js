// The relay of the page's own origin, one connection for all that is in the page.

import { People } from './people.js';
import { Relay } from './relay.js';
import { apiUrl, relayUrl } from './site.js';
import { authenticate, visitor } from './signer.js';

export const relay = new Relay(relayUrl, (_, challenge) => authenticate(relay.publicUrl, challenge));

/** What it is called in events: by its public name. */
relay.publicUrl = `${apiUrl.replace(/^http/, 'ws')}/relay`;

visitor.addEventListener('change', () => relay.askAgain());
addEventListener('online', () => relay.hurry());
document.addEventListener('visibilitychange', () => document.hidden || relay.hurry());

export const people = new People(relay);
