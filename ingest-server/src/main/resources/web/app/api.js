// The management API. Whoever owns what is asked for signs the request (NIP-98); there are no cookies.

import { apiUrl, base } from './site.js';
import { Kind } from './event.js';
import { setClock, stamp } from './time.js';
import { SignerError, visitor } from './signer.js';
import { words } from './strings.js';

const ANSWER_WITHIN = 15_000;
const REUSE_FOR = 45;

/** A refusal: its HTTP status (0 where there was no answer), stable code, and a field's fault each. */
export class ApiError extends Error {
  constructor(status, code, detail, errors = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

/** What everybody may read. */
export const read = (path) => call('GET', path, null, {});

/** What belongs to the visitor. A clock that is wrong by the server's is set right, once. */
export async function signed(method, path, body = null, headers = {}) {
  const text = body === null ? '' : JSON.stringify(body);
  try {
    return await call(method, path, text, { ...headers, Authorization: await authorization(method, path, text) });
  } catch (e) {
    if (e.code !== 'clock_skew') throw e;
    return call(method, path, text, { ...headers, Authorization: await authorization(method, path, text) });
  }
}

async function call(method, path, text, headers) {
  let response;
  try {
    response = await fetch(base + path, {
      method,
      headers,
      body: text || undefined,
      signal: AbortSignal.timeout?.(ANSWER_WITHIN),
    });
  } catch {
    throw new ApiError(0, 'unreachable', words.serverUnreachable);
  }
  return answer(response, path);
}

async function answer(response, path) {
  const json = await response.json().catch(() => null);
  if (response.ok && json) return json;
  if (response.ok) throw new ApiError(0, 'unreachable', words.serverUnreachable);
  if (response.status === 401) used.delete(path);
  if (json?.code === 'clock_skew') setClock(json.server_time);
  throw new ApiError(response.status, json?.code ?? 'refused', json?.detail ?? words.serverRefused(response.status), json?.errors);
}

const used = new Map();

/** A GET may be asked again with the same token, so that a signer is not asked for each. */
async function authorization(method, path, text) {
  const known = used.get(path);
  if (method === 'GET' && known && known.pubkey === visitor.pubkey && Math.abs(stamp() - known.at) < REUSE_FOR) return known.header;
  const tags = [['u', apiUrl + path], ['method', method], ['nonce', crypto.getRandomValues(new Uint32Array(2)).join('')]];
  if (text) tags.push(['payload', await sha256(text)]);
  const event = await visitor.sign({ kind: Kind.HTTP_AUTH, tags });
  const bytes = new TextEncoder().encode(JSON.stringify(event));
  const header = `Nostr ${btoa(String.fromCharCode(...bytes))}`;
  if (method === 'GET') {
    used.delete(path);
    used.set(path, { header, at: event.created_at, pubkey: event.pubkey });
    if (used.size > 50) used.delete(used.keys().next().value);
  }
  return header;
}

async function sha256(text) {
  if (!crypto.subtle) throw new ApiError(0, 'insecure', words.needsTls);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const AGAIN_AFTER = [500, 1_000, 2_000, 5_000, 10_000];
const SILENCE = 40_000;

/**
 * Server-sent events of one of the visitor's streams, for as long as it goes on: after a loss, or
 * when nothing comes for so long that a comment is overdue, it is asked again, and how things stand
 * comes first. The signer is not asked before the server answers.
 *
 * @param told (name, data) for each; the name `lost` while there is no answer
 * @param signal aborts it
 */
export async function follow(streamId, told, signal) {
  const path = `/api/v1/streams/${streamId}/events`;
  for (let failures = 0; !signal.aborted; failures++) {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener('abort', stop);
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(stop, SILENCE);
    };
    try {
      if (failures > 0) await read('/api/v1/time');
      const headers = { Authorization: await authorization('GET', path, '') };
      heard();
      const response = await fetch(base + path, { headers, signal: attempt.signal });
      if (!response.ok) await answer(response, path);
      failures = 0;
      for await (const { name, data } of eventsOf(response.body, heard)) {
        told(name, data);
        if (name === 'ended') return;
      }
    } catch (e) {
      if (signal.aborted) return;
      if (e instanceof SignerError || [403, 404].includes(e.status)) throw e;
    } finally {
      clearTimeout(silence);
      stop();
      signal.removeEventListener('abort', stop);
    }
    if (failures > 0) told('lost', {});
    await pause(AGAIN_AFTER[Math.min(failures, AGAIN_AFTER.length - 1)], signal);
  }
}

function pause(millis, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, millis);
    signal.addEventListener('abort', end);
  });
}

const LONGEST_EVENT = 1 << 20;

async function* eventsOf(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heard();
    text += value;
    if (text.length > LONGEST_EVENT) throw new Error('event too long');
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const field = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      if (field('event')) yield { name: field('event'), data: JSON.parse(field('data') ?? '{}') };
    }
  }
}
