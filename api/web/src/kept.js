// Registers the worker that opens pages without a signal, and prolongs the key of what it keeps as long as somebody uses the pages.
import { cookie } from './shelf.js';
import { errands } from './signal.js';

// An hour between two looks at the worker's file: on a bad signal every request counts.
navigator.serviceWorker?.register('/sw.js', { updateViaCache: 'all' }).catch(() => {});

/** The cookie says `key.idle seconds.end of the session`; like the session it ends earlier when nobody uses it. */
async function prolong() {
  const found = await cookie();
  const [, idle, end] = (found?.value ?? '').split('.').map(Number);
  const left = Math.min(idle, end - Date.now() / 1000);
  if (left > 0) document.cookie = `${found.name}=${found.value}; path=/; samesite=strict; max-age=${Math.round(left)}${location.protocol === 'https:' ? '; secure' : ''}`;
}

prolong();
addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') prolong(); });

// A kept page gives way to the real one when the signal is back; one in which somebody has written or pressed something stays.
let touched = false;
for (const kind of ['input', 'submit']) document.addEventListener(kind, () => { touched = true; });
if (document.querySelector('[data-kept]:not([hidden])')) addEventListener('online', () => { if (!touched && errands.every(errand => errand.isDone())) location.reload(); });
