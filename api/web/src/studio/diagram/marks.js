// What the server found, on the diagram: a badge at the element, and the path that shows the fault, step by step.
import { t } from '../i18n/translate.js';

const SEVERITIES = ['error', 'warning', 'info'];
/** element id -> its findings, in order. */
function grouped(findings) {
  const groups = new Map();
  for (const one of findings) groups.set(one.element_id, [...(groups.get(one.element_id) ?? []), one]);
  return groups;
}

const SIGNS = { error: '!', warning: '?', info: 'i' };

export class Marks {
  constructor(modeler) {
    this.canvas = modeler.get('canvas');
    this.overlays = modeler.get('overlays');
    this.registry = modeler.get('elementRegistry');
    this.selection = modeler.get('selection');
    this.walked = [];
    this.shown = '';
  }

  /** One badge an element with its gravest finding; the sentences are its title. */
  badges(findings, onChoose) {
    const here = grouped(findings.filter(one => this.registry.get(one.element_id)));
    const signature = JSON.stringify([...here].map(([id, list]) => [id, list.map(one => one.message)]));
    if (signature === this.shown) return;
    this.shown = signature;
    this.overlays.remove({ type: 'jf-finding' });
    for (const [id, list] of here) this.overlays.add(id, 'jf-finding', { position: this.place(id), html: this.badge(list, onChoose) });
  }

  place(id) {
    const element = this.registry.get(id);
    return element.waypoints ? { top: -12, left: -12 } : { top: -12, right: 12 };
  }

  badge(list, onChoose) {
    const severity = SEVERITIES.find(one => list.some(finding => finding.severity === one));
    const badge = Object.assign(document.createElement('button'), { type: 'button', className: `jf-badge ${severity}`, title: list.map(one => one.message).join('\n') });
    badge.textContent = list.length > 1 ? `${SIGNS[severity]}${list.length}` : SIGNS[severity];
    badge.addEventListener('click', () => onChoose(list[0]));
    return badge;
  }

  /** Draw the witness: the elements in order, numbered, the flows between them lit. */
  walk(finding) {
    this.forget();
    const path = (finding.witness ?? []).filter(id => this.registry.get(id));
    const drawn = path.length ? path : [finding.element_id].filter(id => id && this.registry.get(id));
    drawn.forEach((id, index) => {
      this.mark(id, index === drawn.length - 1 ? 'jf-end' : 'jf-step');
      if (path.length > 1 && !this.registry.get(id).waypoints) this.overlays.add(id, 'jf-witness', { position: { bottom: 10, left: -10 }, html: this.number(index + 1) });
      for (const flow of this.between(id, drawn[index + 1])) this.mark(flow, 'jf-way');
    });
    if (drawn.length) this.show(drawn.at(-1));
  }

  between(from, to) {
    return (this.registry.get(from).outgoing ?? []).filter(flow => flow.target?.id === to).map(flow => flow.id);
  }

  mark(id, marker) {
    this.canvas.addMarker(id, marker);
    this.walked.push([id, marker]);
  }

  number(n) {
    return Object.assign(document.createElement('span'), { className: 'jf-number', textContent: n, title: t('第 {n} 步', { n }) });
  }

  show(id) {
    const element = this.registry.get(id);
    const root = this.canvas.findRoot(element);
    if (root && root !== this.canvas.getRootElement()) this.canvas.setRootElement(root);
    this.canvas.scrollToElement(element, 120);
    this.selection.select(element);
  }

  forget() {
    for (const [id, marker] of this.walked) if (this.registry.get(id)) this.canvas.removeMarker(id, marker);
    this.walked = [];
    this.overlays.remove({ type: 'jf-witness' });
  }
}
