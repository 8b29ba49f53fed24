// What the server finds wrong, asked on every pause: a list in words with the remedy, and whatever the page marks besides.
import { problemOf } from '../page.js';
import { t } from './i18n/translate.js';

const PAUSE = 900;   // milliseconds
const ORDER = { error: 0, warning: 1, info: 2 };
const WORDS = { error: () => t('必须改正'), warning: () => t('请核对'), info: () => t('提示') };

export class Checks {
  /** `onFindings(findings)` marks them; `onChoose(finding)` shows where one is. */
  constructor(draft, { onFindings = () => {}, onChoose = () => {} }) {
    this.draft = draft;
    this.onFindings = onFindings;
    this.onChoose = onChoose;
    this.list = document.getElementById('findings');
    this.summary = document.getElementById('findings-summary');
  }

  soon() {
    this.list.classList.add('stale');   // what stands there is about what was there before
    this.summary.textContent = t('正在检查…');
    delete this.summary.dataset.level;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    const asked = (this.asked = Symbol('asked'));
    try {
      const content = await this.draft.write();
      const response = await this.draft.post(`${this.draft.base}/checks`, { path: this.draft.path, content });
      if (asked !== this.asked) return;   // a later question is on its way
      if (!response.ok) { this.summary.textContent = await problemOf(response); return; }
      this.show((await response.json()).findings);
    } catch { this.summary.textContent = t('暂时无法检查，联网后自动重试'); this.timer = setTimeout(() => this.now(), 10_000); }
  }

  show(findings) {
    const isHere = one => !one.file || one.file === this.draft.path;
    const rank = one => ORDER[one.severity] + (isHere(one) ? 0 : 10);
    const sorted = findings.toSorted((a, b) => rank(a) - rank(b));
    const count = severity => findings.filter(one => one.severity === severity).length;
    const errors = count('error');
    const warnings = count('warning');
    this.summary.textContent = errors || warnings ? t('{errors} 处必须改正，{warnings} 处请核对', { errors, warnings }) : t('检查通过，没有发现问题');
    this.summary.dataset.level = errors ? 'error' : warnings ? 'warning' : 'ok';
    const isFaulty = Boolean(errors || warnings);
    if (isFaulty !== this.wasFaulty) this.list.closest('details').open = isFaulty;   // in between it is the reader's
    this.wasFaulty = isFaulty;
    this.list.classList.remove('stale');
    this.list.replaceChildren(...sorted.map(one => this.row(one, isHere(one))));
    this.onFindings(sorted.filter(isHere));
  }

  /** A finding of this file shows its place; one of another file leads there, beside this page. */
  row(finding, isHere) {
    const item = document.createElement('li');
    const className = `finding ${finding.severity}`;
    const button = isHere
      ? Object.assign(document.createElement('button'), { type: 'button', className })
      : Object.assign(document.createElement('a'), { href: this.draft.pageOf(finding.file), target: '_blank', rel: 'noopener', className });
    const part = (className, textContent) => Object.assign(document.createElement('span'), { className, textContent });
    button.append(part('level', WORDS[finding.severity]?.() ?? ''), part('words', isHere ? finding.message : `${finding.file}：${finding.message}`), part('remedy', finding.remedy));
    item.append(button);
    if (!isHere) return item;
    button.addEventListener('click', () => {
      this.list.querySelector('[aria-pressed=true]')?.setAttribute('aria-pressed', 'false');
      button.setAttribute('aria-pressed', 'true');
      this.onChoose(finding);
    });
    return item;
  }
}
