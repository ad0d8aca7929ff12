// Nostr events and names (NIP-01, NIP-19), as plain values.

/** Kinds by their name. */
export const Kind = {
  PROFILE: 0,
  DELETION: 5,
  CHAT: 1311,
  RAID: 1312,
  CLIP: 1313,
  TIMEOUT: 1314,
  REPORT: 1984,
  ZAP_RECEIPT: 9735,
  MUTE_LIST: 10000,
  AUTH: 22242,
  HTTP_AUTH: 27235,
  LIVE_STREAM: 30311,
};

/** The value of the first tag of that name, or undefined. */
export const tagValue = (event, name) => event.tags.find((tag) => tag[0] === name)?.[1];

/** All tags of that name. */
export const tagsOf = (event, name) => event.tags.filter((tag) => tag[0] === name);

/** The coordinate of a stream: kind, author, identifier. */
export const coordinate = (pubkey, identifier) => `${Kind.LIVE_STREAM}:${pubkey}:${identifier}`;

/** A coordinate's parts, or null for what is none of a stream. */
export function parseCoordinate(text) {
  const parts = /^30311:([0-9a-f]{64}):(.{1,1000})$/s.exec(text ?? '');
  return parts && { pubkey: parts[1], identifier: parts[2] };
}

/** Newest first; of the same second the lower id first, as NIP-01 has it. */
export const newestFirst = (a, b) => b.created_at - a.created_at || (a.id < b.id ? -1 : 1);

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

function polymod(values) {
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let sum = 1;
  for (const value of values) {
    const top = sum >> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, i) => {
      if ((top >> i) & 1) sum ^= generator;
    });
  }
  return sum;
}

const spread = (prefix) => [...[...prefix].map((c) => c.charCodeAt(0) >> 5), 0, ...[...prefix].map((c) => c.charCodeAt(0) & 31)];

function regroup(bytes, from, to, pad) {
  const out = [];
  let [bits, size] = [0, 0];
  for (const byte of bytes) {
    bits = (bits << from) | byte;
    size += from;
    while (size >= to) {
      size -= to;
      out.push((bits >> size) & ((1 << to) - 1));
      bits &= (1 << size) - 1;
    }
  }
  if (pad && size > 0) out.push((bits << (to - size)) & ((1 << to) - 1));
  return out;
}

/** Bech32 (BIP-173) of bytes. */
function bech32(prefix, bytes) {
  const data = regroup(bytes, 8, 5, true);
  const sum = polymod([...spread(prefix), ...data, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = [0, 1, 2, 3, 4, 5].map((i) => (sum >> (5 * (5 - i))) & 31);
  return `${prefix}1${[...data, ...check].map((n) => LETTERS[n]).join('')}`;
}

/** The bytes of a Bech32 text and its prefix, or null for what is none. */
export function parseBech32(text) {
  const lower = text.toLowerCase();
  const one = lower.lastIndexOf('1');
  const values = [...lower.slice(one + 1)].map((c) => LETTERS.indexOf(c));
  const prefix = lower.slice(0, one);
  if (one < 1 || values.length < 6 || values.includes(-1) || polymod([...spread(prefix), ...values]) !== 1) return null;
  return { prefix, bytes: regroup(values.slice(0, -6), 5, 8, false) };
}

const bytesOf = (hex) => hex.match(/../g).map((pair) => parseInt(pair, 16));
const hexOf = (bytes) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A public key as npub. */
export const npub = (pubkey) => bech32('npub', bytesOf(pubkey));

/** An npub short enough to be shown. */
export const shortNpub = (pubkey) => `${npub(pubkey).slice(0, 11)}…${npub(pubkey).slice(-4)}`;

/** The address of a stream as naddr: its identifier, author and kind. */
export function naddr(pubkey, identifier) {
  const name = [...new TextEncoder().encode(identifier)].slice(0, 255);
  const kind = [0, 0, Kind.LIVE_STREAM >> 8, Kind.LIVE_STREAM & 255];
  return bech32('naddr', [0, name.length, ...name, 2, 32, ...bytesOf(pubkey), 3, 4, ...kind]);
}

/** The public key that an npub or nprofile names, or null. */
export function parseProfileName(text) {
  const parsed = parseBech32(text);
  if (parsed?.prefix === 'npub' && parsed.bytes.length === 32) return hexOf(parsed.bytes);
  if (parsed?.prefix !== 'nprofile') return null;
  for (let i = 0; i + 1 < parsed.bytes.length; i += 2 + parsed.bytes[i + 1]) {
    if (parsed.bytes[i] === 0 && parsed.bytes[i + 1] === 32) return hexOf(parsed.bytes.slice(i + 2, i + 34));
  }
  return null;
}
