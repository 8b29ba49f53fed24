// Trying a table with values: the server evaluates what is on the screen, saved or not.
import { problemOf } from '../../page.js';
import { t } from '../i18n/translate.js';

export class Trial {
  constructor(draft, root, { write, onMatched }) {
    this.draft = draft;
    this.address = root.dataset.trial;
    this.write = write;
    this.onMatched = onMatched;
    this.form = document.getElementById('trial');
    this.fields = this.form.querySelector('.fields');
    this.outcome = document.getElementById('trial-outcome');
    this.form.addEventListener('submit', event => { event.preventDefault(); this.run(true); });
  }

  /** Another decision, or other columns: ask for what it reads. */
  about(decision) {
    this.decision = decision;
    return this.run(false);
  }

  values() {
    return Object.fromEntries([...this.fields.querySelectorAll('input')].map(one => [one.name, one.value]));
  }

  async run(isAsked) {
    if (!this.decision) return;
    const body = { content: await this.write(), decision: this.decision, values: this.values(), evaluate: isAsked };
    const response = await this.draft.post(this.address, body).catch(() => null);
    if (!response?.ok) { this.say([response ? await problemOf(response) : t('没有网络')]); return; }
    const answer = await response.json();
    this.ask(answer.inputs);
    if (isAsked) this.tell(answer);
  }

  ask(inputs) {
    const typed = this.values();
    this.fields.replaceChildren(...inputs.map((input, index) => {
      const field = Object.assign(document.createElement('div'), { className: 'field' });
      const label = Object.assign(document.createElement('label'), { htmlFor: `try-${index}`, textContent: input.label });
      const hint = Object.assign(document.createElement('p'), { className: 'hint', textContent: input.hint });
      const control = Object.assign(document.createElement('input'), { id: `try-${index}`, name: input.name, value: typed[input.name] ?? '' });
      field.append(label, hint, control);
      if (input.problem) field.append(Object.assign(document.createElement('p'), { className: 'error-message', textContent: input.problem }));
      return field;
    }));
  }

  tell({ outcome, matched, reasons }) {
    if (!outcome) return;
    const lines = Object.entries(outcome).map(([name, value]) => `${name}：${value}`);
    this.say([...(matched.length ? lines : [t('没有规则命中。')]), ...reasons]);
    this.onMatched(matched);
  }

  say(lines) {
    this.outcome.replaceChildren(...lines.map(textContent => Object.assign(document.createElement('p'), { textContent })));
  }
}
