// Adding and removing a row without leaving the page: the same post as without scripts, of whose answer only the fields are kept.
import { dress as dressDates } from './dates.js';
import { csrf } from './page.js';
import { reveal } from './steps.js';
import { dress as dressUploads } from './uploads.js';

async function change(button) {
  const form = button.form;
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);   // photos have their own address
  data.set('_do', button.value);
  const response = await fetch(form.action, { method: 'POST', body: data, credentials: 'same-origin', headers: { 'X-CSRF-Token': csrf(), Accept: 'text/html' } });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('form-body');
  if (!fresh) throw new Error('no fields');
  document.getElementById('form-body').replaceWith(fresh);
  dressDates(fresh);
  dressUploads(fresh);
  form.dispatchEvent(new Event('change'));   // conditions look at the new rows, the draft is saved
  return fresh;
}

/** Where the eye is: the first field of a new row, or the button that adds one after a removal. */
function focus(fields, [verb, name]) {
  const list = fields.querySelector(`[id="field-${name.replaceAll('.', '-')}"]`);
  const rows = list?.querySelectorAll('fieldset.row') ?? [];
  const first = verb === 'add' ? rows[rows.length - 1]?.querySelector('input:not([type=hidden]), select, textarea') : list?.querySelector('button[value^="add:"]');
  reveal(first ?? list);
  (first ?? list)?.focus();
}

document.addEventListener('click', event => {
  const button = event.target.closest?.('button[data-rows]');
  if (!button) return;
  event.preventDefault();
  if (button.getAttribute('aria-busy')) return;
  button.setAttribute('aria-busy', 'true');
  const asked = button.value.split(':');
  change(button).then(fields => focus(fields, asked)).catch(() => {
    button.removeAttribute('data-rows');   // the long way round still works
    button.click();
  });
});
