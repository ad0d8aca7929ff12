// Whose page this is, and what came along with it.

const meta = (name) => document.querySelector(`meta[name="wlk:${name}"]`)?.content ?? '';

/** What the server calls itself. */
export const siteName = meta('site');

/** The API's public base URL: what signed requests name, whichever address the page came from. */
export const apiUrl = meta('api');

/** What stands before each path. */
export const base = meta('base');

/** What the server's clock said when it wrote the page, in Unix seconds; 0 where it did not say. */
export const writtenAt = Number(meta('time')) || 0;

/** The relay of the page's own origin; it has verified every event that it sends. */
export const relayUrl = `${location.origin.replace(/^http/, 'ws')}${base}/relay`;

/** The JSON that came within the page, or null. */
export function initialData() {
  const text = document.getElementById('data')?.textContent;
  return text ? JSON.parse(text) : null;
}

/** A URL of this server as this page reaches it: the public name may be another than the one in use. */
export function local(url) {
  return url && url.startsWith(`${apiUrl}/`) ? location.origin + base + url.slice(apiUrl.length) : url;
}

/** Where a stream is watched. */
export const watchPath = (stream) => `${base}/w/${stream}`;

/** Somebody's picture, fetched and checked by the server: no viewer's browser asks a stranger's host. */
export const picturePath = (pubkey) => `${base}/picture/${pubkey}`;

/** A custom emoji of an event, likewise. */
export const emojiPath = (eventId, shortcode) => `${base}/emoji/${eventId}/${encodeURIComponent(shortcode)}`;

/** The streamer's own picture of a stream, likewise. */
export const posterPath = (streamId) => `${base}/poster/${streamId}`;
