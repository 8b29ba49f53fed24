// Drafts: typed text goes to the server a moment after the last key, and to sessionStorage at once. Personal data never reaches localStorage.
import { send, words } from './page.js';
import { KEPT, WAITING, get, put } from './shelf.js';

const PAUSE = 1200;
const form = document.querySelector('form[data-draft-url]');
const output = document.querySelector('[data-draft-status]');
const banner = document.querySelector('[data-offline]');

const key = form && `draft:${form.dataset.draftUrl}`;
const textOnly = () => {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);   // a photo has its own address
  return new URLSearchParams(data);
};

let timer, dirty = false, saving = false;

async function save() {
  clearTimeout(timer);
  if (!dirty || saving) return;
  dirty = false; saving = true;
  const text = textOnly();
  try {
    const response = await send(form.dataset.draftUrl, text);
    if (response.status === 401) { signedOut(); return; }
    if (!response.ok) throw new Error(String(response.status));
    output.textContent = (await response.json()).saved;
    sessionStorage.removeItem(key);
    offline(false);
    remember(text.toString());
  } catch {
    dirty = true;
    output.textContent = words.keptHere;
    offline(!navigator.onLine);
    timer = setTimeout(save, 15000);
  } finally {
    saving = false;
    if (dirty) schedule();
  }
}

/** The page as it is kept for times without a signal is older than what the server has just saved. */
async function remember(typed) {
  const path = location.pathname + location.search;
  const page = await get(KEPT, path);
  if (page) await put(KEPT, path, { ...page.meta, typed }, page.bytes);
}

/** The text stays in this tab; the link leads to the log-in and back to this page, where it is restored. */
function signedOut() {
  const link = document.createElement('a');
  link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = words.signedOut;
  output.replaceChildren(link);
}

function schedule() {
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE);
}

function changed(event) {
  if (event.target.type === 'file' || event.target.type === 'password') return;
  dirty = true;
  sessionStorage.setItem(key, textOnly().toString());
  schedule();
}

const offline = state => { if (banner) banner.hidden = !state; };

/** Text that never reached the server (no signal, tab closed by the phone) comes back. */
function restore() {
  const kept = sessionStorage.getItem(key) ?? document.body.dataset.typed;
  if (!kept || document.querySelector('.error-summary')) return;
  let restored = false;
  for (const [name, value] of new URLSearchParams(kept)) {
    for (const field of form.elements) {
      if (field.name !== name || ['hidden', 'submit', 'file'].includes(field.type)) continue;
      if (field.type === 'radio' || field.type === 'checkbox') { if (field.value === value && !field.checked) field.checked = restored = true; }
      else if (field.value !== value) { field.value = value; restored = true; }
    }
  }
  if (restored) { output.textContent = words.restored; dirty = true; schedule(); }
}

if (form && output) {
  restore();
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  form.addEventListener('changed', changed);
  addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save(); });
}
addEventListener('online', () => { offline(false); if (form && output) save(); });
addEventListener('offline', () => offline(true));
offline(navigator.onLine === false);

// Shared phones: nothing of a case stays behind after signing out.
document.querySelector('form[data-logout]')?.addEventListener('submit', () => {
  sessionStorage.clear();
  for (const shelf of [KEPT, WAITING]) self.caches?.delete(shelf);
});
