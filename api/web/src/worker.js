// The service worker: a page opened without a signal. It answers with the network's answer as long as there is one; else with what was
// kept of the page, else with a page of ours that says so. Which pages may be kept is the server's word (header Jf-Keep), sealed by shelf.js.
// `self.JINGFA = { build, files }` is written before this file by the server: another build is another worker.
import { KEPT, all, drop, get, put } from './shelf.js';

const SHELL = `shell-${self.JINGFA.build}`;
const LOST = '/offline?lang=';
const PERSON = /^\/(log(in|out)|me)\b/;   // posts after which the forms of kept pages carry a wrong token
const DROPPED = /^(content-(encoding|length)|jf-keep|service-worker-.*)$/;

self.addEventListener('install', event => {
  self.skipWaiting();
  event.waitUntil(caches.open(SHELL).then(cache => cache.addAll(self.JINGFA.files)));
});

self.addEventListener('activate', event => event.waitUntil(begin()));

/** Pages that another build has written ask for files that are gone; photos that wait stay. */
async function begin() {
  const old = (await caches.keys()).filter(name => name === KEPT || (name.startsWith('shell-') && name !== SHELL));
  await Promise.all(old.map(name => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener('fetch', event => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method !== 'GET') {
    if (PERSON.test(pathname)) event.waitUntil(caches.delete(KEPT));
  } else if (request.mode === 'navigate') event.respondWith(page(event, pathname, search));
  else if (self.JINGFA.files.includes(pathname)) event.respondWith(file(request));
});

const file = async request => await caches.match(request, { cacheName: SHELL, ignoreVary: true }) ?? fetch(request);

async function page(event, pathname, search) {
  const path = pathname + search;
  let answer;
  try {
    answer = await event.preloadResponse ?? await fetch(event.request);
  } catch {
    return await kept(path) ?? lost();
  }
  if (answer.headers.has('Jf-Keep')) event.waitUntil(keep(path, answer.clone()));
  else if (pathname === '/login' && answer.status) event.waitUntil(caches.delete(KEPT));   // nobody is signed in any more
  else if (answer.status >= 400 && answer.status < 500) event.waitUntil(drop(KEPT, path));   // the right to see it is gone
  return answer;
}

async function keep(path, answer) {
  const bytes = await answer.arrayBuffer();
  const html = new TextDecoder().decode(bytes);
  const meta = {
    at: Date.now(),
    lang: /<html lang="([\w-]+)"/.exec(html)?.[1] ?? 'zh-CN',
    title: /<title>([^<]*)/.exec(html)?.[1] ?? '',
    headers: [...answer.headers].filter(([name]) => !DROPPED.test(name)),
  };
  await put(KEPT, path, meta, bytes);
}

/** The kept page, with the line that says how old it is and with what was typed since. */
async function kept(path) {
  const found = await get(KEPT, path);
  if (!found) return undefined;
  const { at, lang, headers, typed } = found.meta;
  const html = new TextDecoder().decode(found.bytes)
    .replaceAll(/(name="_once" value=")[^"]*/g, `$1${once()}`)
    .replace('data-kept hidden', 'data-kept').replace('{KEPT}', () => moment(at, lang))
    .replace('<body ', () => `<body ${typed ? `data-typed="${typed.replaceAll('&', '&amp;')}" ` : ''}`);
  return new Response(html, { headers });
}

/** Each showing of a page has a key of its own, by which the server knows a form that comes twice: two comments are not one. */
const once = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(16).padStart(2, '0')).join('');

function moment(at, lang) {
  const time = { hour: '2-digit', minute: '2-digit', hour12: false };
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(lang, isToday ? time : { month: 'long', day: 'numeric', weekday: 'short', ...time }).format(at);
}

/** The page for what is not kept, in the language of the last page that was. */
async function lost() {
  const lang = (await all(KEPT)).pop()?.meta.lang ?? 'zh-CN';
  return await caches.match(LOST + lang, { cacheName: SHELL }) ?? Response.error();
}
