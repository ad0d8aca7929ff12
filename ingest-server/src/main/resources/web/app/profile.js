// A visitor's own profile and mute list, from their relays to this one: here others see their name, and it was they
// who signed both.

import { Kind, newestFirst } from './event.js';
import { Relay } from './relay.js';
import { visitor } from './signer.js';

const MOST_RELAYS = 4;
const WITHIN = 5_000;

/** Brings what is newer elsewhere, as far as the visitor's signer says where that is. What is forged the relay refuses. */
export async function bringProfile(relay, people) {
  const filter = { kinds: [Kind.PROFILE, Kind.MUTE_LIST], authors: [visitor.pubkey] };
  const urls = (await visitor.relays()).filter((url) => url !== relay.publicUrl).slice(0, MOST_RELAYS);
  if (urls.length === 0) return;
  const elsewhere = urls.map(async (url) => {
    const other = new Relay(url);
    const events = await other.query([filter], WITHIN);
    other.close();
    return events;
  });
  const [here, ...found] = await Promise.all([relay.query([filter]), ...elsewhere]);
  const newest = (events, kind) => events.filter((e) => e.kind === kind && e.pubkey === visitor.pubkey).sort(newestFirst)[0];
  for (const kind of filter.kinds) {
    const [known, other] = [newest(here, kind), newest(found.flat(), kind)];
    if (other && (!known || newestFirst(other, known) < 0)) await relay.publish(other).catch(() => {});
  }
  people.forget(visitor.pubkey);
}
