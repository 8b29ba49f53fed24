// What the modules share: the CSRF token, words from the page (already in the reader's language), fetch with a time limit.

export const csrf = () => document.querySelector('meta[name=csrf-token]')?.content ?? '';

/** Words are written by the server into <body data-words='{"saved": …}'>, so that no text lives in two catalogues. */
export const words = JSON.parse(document.body?.dataset.words ?? '{}');

export function send(url, body, { timeout = 20000 } = {}) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), timeout);
  return fetch(url, {
    method: 'POST', body, credentials: 'same-origin', signal: controller.signal,
    headers: { 'X-CSRF-Token': csrf(), Accept: 'application/json' },
  });
}

export async function problemOf(response) {
  try { return (await response.json()).detail ?? words.failed; } catch { return words.failed; }
}

// In a demo one tap fills in an account; without scripts the server does it.
for (const button of document.querySelectorAll('button[data-account]')) {
  button.addEventListener('click', event => {
    event.preventDefault();
    document.getElementById('account').value = button.dataset.account;
    document.getElementById('password').value = button.dataset.password;
    document.querySelector('form[action="/login"] .btn.primary').focus();
  });
}
