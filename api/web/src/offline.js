// The page for what this phone does not hold: it goes away by itself when the signal is back, and lists what can be read meanwhile.
import { KEPT, all } from './shelf.js';

const again = () => location.reload();

/** A phone that says it is online may still reach nobody; a phone in a pocket asks nothing. */
async function look() {
  if (document.visibilityState === 'hidden') return;
  try {
    if ((await fetch('/health/live', { cache: 'no-store' })).ok) again();
  } catch { /* still nothing */ }
}

async function list() {
  const found = (await all(KEPT)).reverse();
  const place = document.querySelector('[data-readable]');
  for (const { path, meta } of found) {
    const item = document.createElement('li');
    item.append(Object.assign(document.createElement('a'), { className: 'item', href: path, textContent: plain(meta.title) }));
    place.querySelector('ul').append(item);
  }
  place.hidden = !found.length;
}

/** A title as the page wrote it, its entities read. */
const plain = title => new DOMParser().parseFromString(title, 'text/html').body.textContent.replace(/ - 警法通$/, '');

document.querySelector('[data-again]').addEventListener('click', again);
addEventListener('online', again);
setInterval(look, 5000);
list();
