// Decision tables: dmn-js with the server's proof of gaps and overlaps, and a trial with values beside it.
import DmnModeler from 'dmn-js/lib/Modeler';
import translateModule, { t } from '../i18n/translate.js';
import { Checks } from '../checks.js';
import { Draft, save } from '../draft.js';
import { Trial } from './trial.js';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import '../studio.css';
import './table.css';

const spoken = { additionalModules: [translateModule] };

class Editor {
  constructor(root) {
    this.root = root;
    this.holder = document.getElementById('canvas');
    this.modeler = new DmnModeler({ container: this.holder, drd: spoken, decisionTable: spoken, literalExpression: spoken, boxedExpression: spoken });
    this.draft = new Draft(root, { write: () => this.xml(), onMode: mayEdit => { this.holder.inert = !mayEdit; } });
    this.checks = new Checks(this.draft, { onFindings: found => this.flag(found), onChoose: finding => this.choose(finding) });
    this.trial = new Trial(this.draft, root, { write: () => this.xml(), onMatched: rules => this.light(rules, 'jf-hit') });
    this.heard = new WeakSet();
  }

  async xml() { return (await this.modeler.saveXML({ format: true })).xml; }

  async start() {
    await this.modeler.importXML(await this.draft.open());
    this.modeler.on('views.changed', () => this.opened());
    const first = this.modeler.getViews().find(view => view.type === 'decisionTable') ?? this.modeler.getViews()[0];
    await this.modeler.open(first);
    this.checks.now();
    document.querySelector('[data-act=undo]').addEventListener('click', () => this.stack()?.undo());
    document.querySelector('[data-act=redo]').addEventListener('click', () => this.stack()?.redo());
    document.querySelector('[data-act=export-model]').addEventListener('click', async () => save(this.draft.path.split('/').pop(), await this.xml(), 'application/xml'));
    this.root.dataset.ready = 'true';
  }

  stack() { return this.modeler.getActiveViewer()?.get('commandStack'); }

  /** Every view has its own event bus; each is listened to once. */
  opened() {
    const viewer = this.modeler.getActiveViewer();
    const bus = viewer?.get('eventBus');
    if (bus && !this.heard.has(bus)) {
      this.heard.add(bus);
      bus.on('commandStack.changed', () => { this.draft.changed(); this.checks.soon(); clearTimeout(this.asking); this.asking = setTimeout(() => this.trial.run(false), 1500); });
    }
    const view = this.modeler.getActiveView();
    this.tabs(view);
    if (view?.type === 'decisionTable') this.trial.about(view.element.id);
    document.getElementById('trial').hidden = view?.type !== 'decisionTable';
  }

  tabs(active) {
    const names = { drd: t('决策需求图') };
    document.getElementById('views').replaceChildren(...this.modeler.getViews().map(view => {
      const tab = Object.assign(document.createElement('button'), { type: 'button', className: 'tab', textContent: names[view.type] ?? view.element.name ?? view.element.id });
      tab.setAttribute('aria-pressed', String(view === active || (view.id === active?.id && view.type === active?.type)));
      tab.addEventListener('click', () => this.modeler.open(view));
      return tab;
    }));
  }

  rows() { return [...this.holder.querySelectorAll('[data-row-id]')]; }

  light(rules, name) {
    for (const cell of this.rows()) cell.classList.toggle(name, rules.includes(cell.dataset.rowId));
  }

  flag(findings) {
    this.light(findings.flatMap(one => one.witness ?? [one.element_id]), 'jf-fault');
  }

  async choose(finding) {
    const view = this.modeler.getViews().find(one => one.element.id === finding.element_id);
    if (view && view !== this.modeler.getActiveView()) await this.modeler.open(view);
    this.light([finding.element_id, ...(finding.witness ?? [])], 'jf-chosen');
    this.holder.querySelector('.jf-chosen')?.scrollIntoView({ block: 'center' });
  }
}

async function start() {
  const root = document.getElementById('editor');
  if (!matchMedia('(min-width: 960px)').matches) return;
  root.hidden = false;
  try { await new Editor(root).start(); } catch (problem) {
    const notice = document.getElementById('edit-notice');
    notice.hidden = false;
    notice.textContent = problem.message;
    reportError(problem);
  }
}
start();
