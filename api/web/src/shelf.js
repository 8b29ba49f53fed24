// What this phone keeps for times without a signal: sealed (AES-GCM) with a key that lives in a cookie no longer than the session.
// When the cookie is gone nothing here can be read; what another person's key has sealed is thrown away. Shared by the pages and the worker.

const COOKIE = /^(?:__Host-)?jf_shelf$/;
const IV = 12, LENGTH = 4;
const MOST = 30;   // entries of one shelf, the oldest go first
const text = new TextEncoder(), words = new TextDecoder();

/** Pages that were looked at, and photos that wait for a signal. */
export const KEPT = 'kept', WAITING = 'waiting';

/** The cookie's name and value; undefined where nobody is signed in, or the browser has no way to ask. */
export async function cookie() {
  const pairs = self.document
    ? document.cookie.split('; ').map(pair => pair.split('=')).map(([name, value]) => ({ name, value }))
    : await self.cookieStore?.getAll();
  return pairs?.find(({ name }) => COOKIE.test(name));
}

async function opened() {
  const value = (await cookie())?.value;
  const hex = value?.split('.')[0].match(/../g);
  if (!hex || hex.length !== 32 || !self.caches || !crypto.subtle) return undefined;
  const raw = Uint8Array.from(hex, pair => parseInt(pair, 16));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', raw));
  return { key: await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']), owner: digest.slice(0, 8).join('-') };
}

/** Seal *meta* (JSON) and *bytes* under *path*; false where nothing can be kept. */
export async function put(shelf, path, meta, bytes) {
  const mine = await opened();
  if (!mine) return false;
  const head = text.encode(JSON.stringify(meta));
  const plain = new Uint8Array(LENGTH + head.length + bytes.byteLength);
  new DataView(plain.buffer).setUint32(0, head.length);
  plain.set(head, LENGTH);
  plain.set(new Uint8Array(bytes), LENGTH + head.length);
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: text.encode(shelf + path) }, mine.key, plain);
  const cache = await caches.open(shelf);
  await cache.delete(path);   // what was put last stands last
  await cache.put(path, new Response(new Blob([iv, sealed]), { headers: { owner: mine.owner } }));
  await sweep(mine.owner);
  return true;
}

/** Throw away what somebody else has left here, and the oldest of what is too much. */
async function sweep(owner) {
  for (const shelf of [KEPT, WAITING]) {
    const cache = await caches.open(shelf);
    const mine = [];
    for (const key of await cache.keys()) {
      if ((await cache.match(key))?.headers.get('owner') === owner) mine.push(key);
      else await cache.delete(key);
    }
    for (const key of mine.slice(0, -MOST)) await cache.delete(key);
  }
}

/** `{ meta, bytes }` of a path; undefined where there is nothing, or it is not ours to read. */
export async function get(shelf, path) {
  const mine = await opened();
  const found = mine && await caches.match(path, { cacheName: shelf });
  if (!found) return undefined;
  const sealed = await found.arrayBuffer();
  let plain;
  try {
    plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.slice(0, IV), additionalData: text.encode(shelf + path) }, mine.key, sealed.slice(IV));
  } catch {
    return undefined;   // sealed by another key
  }
  const length = new DataView(plain).getUint32(0);
  return { meta: JSON.parse(words.decode(plain.slice(LENGTH, LENGTH + length))), bytes: plain.slice(LENGTH + length) };
}

/** Everything of a shelf that can be read, oldest first: `{ path, meta, bytes }`. */
export async function all(shelf) {
  if (!self.caches) return [];
  const found = [];
  for (const { url } of await (await caches.open(shelf)).keys()) {
    const { pathname, search } = new URL(url);
    const entry = await get(shelf, pathname + search);
    if (entry) found.push({ path: pathname + search, ...entry });
  }
  return found;
}

export const drop = async (shelf, path) => (await caches.open(shelf)).delete(path);
