// The page for what this phone does not hold: it goes away by itself when the signal is back, and lists what can be read meanwhile.
import { isReached } from './reach.js';
import { KEPT, all } from './shelf.js';

const again = () => location.reload();

/** A phone in a pocket asks nothing. */
async function look() {
  if (document.visibilityState !== 'hidden' && await isReached()) again();
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
addEventListener('online', look);
setInterval(look, 5000);
list();
