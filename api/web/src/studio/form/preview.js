// Inside the frame: everything works as on the real page, but nothing is sent and nothing leads away.
addEventListener('submit', event => event.preventDefault(), true);
addEventListener('click', event => { if (event.target.closest('a[href]')) event.preventDefault(); }, true);
