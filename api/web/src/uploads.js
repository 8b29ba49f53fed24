// A photo travels once, on selection, to its own address; the form keeps a reference.
import { problemOf, send, words } from './page.js';

const LIMIT = 10 * 1024 * 1024;

async function upload(input) {
  const box = input.closest('.field') ?? input.parentElement;
  const status = statusOf(box);
  for (const file of [...input.files]) {
    if (file.size > LIMIT) { status.textContent = words.tooLarge; status.className = 'field-error'; continue; }
    status.className = 'hint';
    status.textContent = `${words.uploading} ${file.name}`;
    const body = new FormData();
    body.append('file', file);
    try {
      const response = await send(input.dataset.uploadUrl, body, { timeout: 120000 });
      if (!response.ok) { status.textContent = await problemOf(response); status.className = 'field-error'; continue; }
      keep(input, box, await response.json());
      status.textContent = words.uploaded;
    } catch {
      status.textContent = words.uploadFailed;
      status.className = 'field-error';
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
  let list = box.querySelector('.uploads');
  if (!list) {
    list = document.createElement('ul');
    list.className = 'uploads';
    box.append(list);
  }
  const row = document.createElement('li');
  if (image) { const img = document.createElement('img'); img.src = url; img.alt = ''; row.append(img); }
  row.append(Object.assign(document.createElement('span'), { textContent: name }));
  row.append(Object.assign(document.createElement('input'), { type: 'hidden', name: input.dataset.refName ?? input.name, value: id }));
  const drop = Object.assign(document.createElement('button'), { type: 'button', className: 'btn quiet', textContent: words.remove });
  drop.addEventListener('click', () => { row.remove(); input.dispatchEvent(new Event('input', { bubbles: true })); announce(input); });
  row.append(drop);
  list.append(row);
  announce(input);
}

const announce = input => input.form?.dispatchEvent(new Event('change'));

document.addEventListener('change', event => {
  if (event.target.matches?.('input[type=file][data-upload-url]')) upload(event.target);
});
