// Without a signal a form stays on its page and leaves when the signal is back: the browser's own error page would look as if the
// work were lost. Only what the browser knows at once is asked, so that a form that can leave does so in the same moment.
const bar = document.querySelector('[data-unsent]');
let waiting = null;   // the form that has not left yet, with the button that was pressed

/** What has to arrive before a form leaves, as its photos: `isDone(form)`, of any form when none is named, and `run()`, false when the server refused. Others put it here. */
export const errands = [];

function hold(event) {
  if (event.defaultPrevented || event.target.method !== 'post') return;
  if (navigator.onLine !== false && errands.every(errand => errand.isDone(event.target))) return;
  event.preventDefault();
  waiting = { form: event.target, submitter: event.submitter };
  bar.hidden = false;
  leave();
}

async function leave() {
  if (!waiting || navigator.onLine === false) return;
  const { form, submitter } = waiting;
  for (const errand of errands) if (!await errand.run()) return stay();
  if (!waiting || !errands.every(errand => errand.isDone(form))) return;
  stay();
  form.requestSubmit(submitter);
}

/** The form is in its person's hands again. */
function stay() {
  waiting = null;
  bar.hidden = true;
}

if (bar) {
  document.addEventListener('submit', hold);
  bar.querySelector('button').addEventListener('click', leave);
  addEventListener('online', leave);
}
