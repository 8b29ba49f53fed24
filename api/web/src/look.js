// A look at clear personal data ends where it stands: the masks come back without loading anything, also after the phone slept.

const look = document.querySelector('[data-look]');
const until = Date.now() + Number(look?.dataset.look ?? 0) * 1000;
let timer = 0;

function end() {
  clearInterval(timer);
  for (const cell of document.querySelectorAll('[data-masked]')) cell.textContent = cell.dataset.masked;
  look.querySelector('[data-look-words]').hidden = true;
  look.querySelector('[data-look-over]').hidden = false;
}

const check = () => { if (Date.now() >= until) end(); };

if (look) {
  timer = setInterval(check, 500);
  addEventListener('visibilitychange', check);
  // A page that comes back from the browser's own cache would show what it showed then.
  addEventListener('pageshow', event => { if (event.persisted) end(); });
}
