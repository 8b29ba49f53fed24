// A photo travels once, on selection, to its own address; the form keeps a reference.
import { problemOf, send, words } from './page.js';

const LIMIT = 10 * 1024 * 1024;

async function upload(input) {
  const box = input.closest('.field') ?? input.parentElement;
  const status = statusOf(box);
  for (const file of [...input.files]) {
    if (file.size > LIMIT) { status.textContent = words.tooLarge; status.className = 'error-message'; continue; }
    status.className = 'hint';
    status.textContent = `${words.uploading} ${file.name}`;
    const body = new FormData();
    body.append('file', file);
    try {
      const response = await send(input.dataset.upload, body, { timeout: 120000 });
      if (!response.ok) { status.textContent = await problemOf(response); status.className = 'error-message'; continue; }
      keep(input, box, await response.json());
      status.textContent = words.uploaded;
    } catch {
      status.textContent = words.uploadFailed;
      status.className = 'error-message';
    }
  }
  input.value = '';
}

function statusOf(box) {
  let status = box.querySelector('[data-upload-status]');
  if (!status) {
    status = document.createElement('p');
    status.dataset.uploadStatus = '';
    status.setAttribute('role', 'status');
    box.append(status);
  }
  return status;
}

function keep(input, box, { id, name, url, image }) {
  const list = box.querySelector('[data-files]');
  const row = Object.assign(document.createElement('li'), { className: 'file' });
  if (image) row.append(Object.assign(document.createElement('img'), { src: url, alt: '' }));
  row.append(Object.assign(document.createElement('a'), { textContent: name, href: url }));
  row.append(Object.assign(document.createElement('input'), { type: 'hidden', name: list.dataset.files, value: id }));
  const drop = Object.assign(document.createElement('button'), { type: 'button', className: 'button button--link', textContent: words.remove });
  drop.addEventListener('click', () => { row.remove(); announce(input); });
  row.append(drop);
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
