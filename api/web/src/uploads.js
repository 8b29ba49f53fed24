// A photo travels once, on selection, to its own address; the form keeps a reference. Without a signal it waits on the phone, sealed.
import { problemOf, send, words } from './page.js';
import { WAITING, all, drop, put } from './shelf.js';
import { errands } from './signal.js';

const LIMIT = 10 * 1024 * 1024;
const AGAIN = 20000;   // a phone may never say that the signal is back
let held = [];   // photos without a signal: { input, box, file, row, path }
let sending;

async function upload(input) {
  const box = boxOf(input);
  for (const file of [...input.files]) {
    if (file.size > LIMIT) { say(box, words.tooLarge, true); continue; }
    say(box, `${words.uploading} ${file.name}`);
    try {
      await travel(input, box, file);
    } catch {
      await hold(input, box, file);
    }
  }
  input.value = '';
}

/** Send one photo; what the server refuses is told and forgotten, only a dead network throws. */
async function travel(input, box, file) {
  const body = new FormData();
  body.append('file', file, file.name);
  const response = await send(input.dataset.upload, body, { timeout: 120000 });
  if (response.status >= 500 || response.status === 401) throw new Error(String(response.status));
  if (!response.ok) { say(box, await problemOf(response), true); return false; }
  keep(input, box, await response.json());
  say(box, words.uploaded);
  return true;
}

/** Keep a photo until there is a signal: in this tab, and sealed on the phone where it can be. */
async function hold(input, box, file) {
  const path = `/waiting/${Date.now()}-${Math.random().toString(36).slice(2)}`;
  const meta = { page: location.pathname, url: input.dataset.upload, field: fieldOf(box), name: file.name, type: file.type };
  show(input, box, file, path);
  try { await put(WAITING, path, meta, await file.arrayBuffer()); } catch { /* no room: the tab still has it */ }
}

function show(input, box, file, path) {
  const row = line(file.name);
  row.append(Object.assign(document.createElement('span'), { className: 'hint', textContent: words.photoWaits }));
  const item = { input, box, file, row, path };
  row.append(remover(() => { row.remove(); forget(item); }));
  box.querySelector('[data-files]').append(row);
  say(box, words.photoWaits);
  held.push(item);
  setTimeout(run, AGAIN);
}

function forget(item) {
  held = held.filter(other => other !== item);
  drop(WAITING, item.path).catch(() => {});
}

/** Send what waits; false when the server refused one of them. */
const run = () => (sending ??= deliver().finally(() => { sending = undefined; }));

async function deliver() {
  let accepted = true;
  for (const item of held) {
    try {
      accepted = await travel(item.input, item.box, item.file) && accepted;
    } catch {
      setTimeout(run, AGAIN);
      break;
    }
    item.row.remove();
    forget(item);
  }
  return accepted;
}

/** Photos that were chosen before the page was left. */
async function restore() {
  for (const { path, meta, bytes } of await all(WAITING)) {
    const list = document.querySelector(`[data-files="${CSS.escape(meta.field)}"]`);
    const input = list && boxOf(list).querySelector('input[type=file][data-upload]');
    if (meta.page === location.pathname && input?.dataset.upload === meta.url) show(input, boxOf(input), new File([bytes], meta.name, { type: meta.type }), path);
    else remind(meta.page);
  }
  if (held.length) run();
}

/** Photos of another page go when it is open: a line on every page leads there. */
function remind(page) {
  const bar = document.querySelector('[data-photos]');
  if (!bar) return;
  bar.querySelector('a').href = page;
  bar.hidden = false;
}

const boxOf = element => element.closest('.field') ?? element.parentElement;
const fieldOf = box => box.querySelector('[data-files]').dataset.files;

function say(box, text, isProblem = false) {
  let status = box.querySelector('[data-upload-status]');
  if (!status) {
    status = document.createElement('p');
    status.dataset.uploadStatus = '';
    status.setAttribute('role', 'status');
    box.append(status);
  }
  status.className = isProblem ? 'error-message' : 'hint';
  status.textContent = text;
}

function line(name, url) {
  const row = Object.assign(document.createElement('li'), { className: 'file' });
  row.append(Object.assign(document.createElement(url ? 'a' : 'span'), { textContent: name, ...(url && { href: url }) }));
  return row;
}

function remover(act) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button button--link', textContent: words.remove });
  button.addEventListener('click', act);
  return button;
}

function keep(input, box, { id, name, url, image }) {
  const list = box.querySelector('[data-files]');
  const row = line(name, url);
  if (image) row.prepend(Object.assign(document.createElement('img'), { src: url, alt: '' }));
  row.append(Object.assign(document.createElement('input'), { type: 'hidden', name: list.dataset.files, value: id }));
  row.append(remover(() => { row.remove(); announce(input); }));
  if (!input.multiple) list.replaceChildren();
  list.append(row);
  announce(input);
}

const announce = input => input.form?.dispatchEvent(new CustomEvent('changed'));

/** One large button in the reader's language in place of the browser's own. */
export function dress(root) {
  for (const input of root.querySelectorAll('input[type=file][data-upload]')) {
    if (input.parentElement.classList.contains('pick')) continue;
    const button = Object.assign(document.createElement('label'), { className: 'btn wide pick', textContent: words.pickFile });
    input.replaceWith(button);
    button.append(input);
  }
}

document.documentElement.classList.add('scripted');
dress(document);
document.addEventListener('change', event => {
  if (event.target.matches?.('input[type=file][data-upload]')) upload(event.target);
});
addEventListener('online', run);
errands.push({ isDone: form => !held.some(item => !form || item.input.form === form), run });
restore();
