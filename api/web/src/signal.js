// Without a signal a form stays on its page and leaves when the signal is back: the browser's own error page would look as if the
// work were lost. Only what the browser knows at once is asked, so that a form that can leave does so in the same moment.
const bar = document.querySelector('[data-unsent]');
let waiting = null;   // the form that has not left yet, with the button that was pressed

function hold(event) {
  if (event.defaultPrevented || event.target.method !== 'post' || navigator.onLine !== false) return;
  event.preventDefault();
  waiting = { form: event.target, submitter: event.submitter };
  bar.hidden = false;
}

function leave() {
  if (!waiting || navigator.onLine === false) return;
  const { form, submitter } = waiting;
  waiting = null;
  bar.hidden = true;
  form.requestSubmit(submitter);
}

if (bar) {
  document.addEventListener('submit', hold);
  bar.querySelector('button').addEventListener('click', leave);
  addEventListener('online', leave);
}
