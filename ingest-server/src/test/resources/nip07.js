// A signer for tests, as a browser extension puts one into pages: NIP-07 by a test key, BIP-340 in plain BigInt.
// It is put in before the page's own scripts, after a first line `const SECRET = '…hex…';`.
(() => {
  const P = 2n ** 256n - 2n ** 32n - 977n;
  const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const G = [
    0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n,
    0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n,
  ];
  const mod = (a, m = P) => ((a % m) + m) % m;
  function inverse(a) {
    let [r, s, x, y] = [mod(a), P, 1n, 0n];
    while (s > 0n) {
      const q = r / s;
      [r, s, x, y] = [s, r - q * s, y, x - q * y];
    }
    return mod(x);
  }
  function add(a, b) {
    if (!a) return b;
    if (!b) return a;
    if (a[0] === b[0] && a[1] !== b[1]) return null;
    const slope =
      a[0] === b[0] ? mod(3n * a[0] * a[0] * inverse(2n * a[1])) : mod((b[1] - a[1]) * inverse(b[0] - a[0]));
    const x = mod(slope * slope - a[0] - b[0]);
    return [x, mod(slope * (a[0] - x) - a[1])];
  }
  function multiply(k) {
    let [sum, power] = [null, G];
    for (; k > 0n; k >>= 1n) {
      if (k & 1n) sum = add(sum, power);
      power = add(power, power);
    }
    return sum;
  }
  const hex = (n) => n.toString(16).padStart(64, '0');
  const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  const number = (buffer) => BigInt('0x' + [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, '0')).join(''));
  const sha256 = (data) => crypto.subtle.digest('SHA-256', data);
  async function tagged(tag, ...parts) {
    const name = new Uint8Array(await sha256(new TextEncoder().encode(tag)));
    return number(await sha256(Uint8Array.from([...name, ...name, ...parts.flatMap((part) => [...bytes(part)])])));
  }

  const secret = BigInt('0x' + SECRET);
  const point = multiply(secret);
  const pubkey = hex(point[0]);
  const d = point[1] % 2n === 0n ? secret : N - secret;

  async function sign(id) {
    const k0 = mod(await tagged('BIP0340/nonce', hex(d), pubkey, id), N);
    const r = multiply(k0);
    const k = r[1] % 2n === 0n ? k0 : N - k0;
    const e = mod(await tagged('BIP0340/challenge', hex(r[0]), pubkey, id), N);
    return hex(r[0]) + hex(mod(k + e * d, N));
  }

  globalThis.nostr = {
    signed: 0,
    refuses: false,
    getPublicKey: async () => pubkey,
    getRelays: async () => ({}),
    async signEvent({ kind, content, tags, created_at }) {
      if (this.refuses) throw new Error('the user said no');
      this.signed++;
      const canonical = JSON.stringify([0, pubkey, created_at, kind, tags, content]);
      const id = hex(number(await sha256(new TextEncoder().encode(canonical))));
      return { id, pubkey, created_at, kind, tags, content, sig: await sign(id) };
    },
  };
})();
