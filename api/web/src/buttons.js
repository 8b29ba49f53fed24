// A form leaves once: a second tap on a slow network does nothing. The server keeps the same promise by its key.
document.addEventListener('submit', event => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 15000) { event.preventDefault(); return; }
  if (form.method !== 'post') return;
  form.dataset.sent = String(Date.now());
  event.submitter?.setAttribute('aria-busy', 'true');
});
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
  for (const button of document.querySelectorAll('[aria-busy=true]')) button.removeAttribute('aria-busy');
});

// Errors first: the summary takes the focus, so that screen readers and thumbs start there.
document.querySelector('.error-summary')?.focus();

// Filters apply themselves where a change is a full answer already.
for (const field of document.querySelectorAll('[data-submit-on-change]')) field.addEventListener('change', () => field.form.requestSubmit());
for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => print());
