// The difference: two diagrams that move together, what changed marked by word and outline; a sentence centres its element in both.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './difference.css';

const MIN_ZOOM = 0.6;   // below this nobody can read a Chinese label

class Pair {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.say);
    this.viewers = {};
    this.file = null;
    for (const container of root.querySelectorAll('[data-side]')) this.viewers[container.dataset.side] = new NavigatedViewer({ container });
    this.sync();
  }

  sync() {
    let busy = false;
    const pairs = [['before', 'after'], ['after', 'before']];
    for (const [from, to] of pairs) {
      this.viewers[from].on('canvas.viewbox.changed', ({ viewbox }) => {
        if (busy || !this.shown[to]) return;
        busy = true;
        const other = this.viewers[to].get('canvas');
        const { outer } = other.viewbox();
        other.viewbox({ x: viewbox.x, y: viewbox.y, width: outer.width / viewbox.scale, height: outer.height / viewbox.scale });
        busy = false;
      });
    }
  }

  async open(file) {
    if (file === this.file) return;
    this.file = file;
    this.shown = {};
    await Promise.all(Object.entries(this.viewers).map(([side, viewer]) => this.draw(side, viewer, file)));
    const first = this.shown.after ? this.viewers.after : this.viewers.before;
    const canvas = first.get('canvas');
    canvas.zoom('fit-viewport');
    if (canvas.zoom() < MIN_ZOOM) canvas.zoom(MIN_ZOOM, { x: 0, y: 0 });
    this.mark(file);
  }

  async draw(side, viewer, file) {
    viewer.clear();
    const response = await fetch(`${this.root.dataset.difference}/${side}/${file.split('/').map(encodeURIComponent).join('/')}`, { credentials: 'same-origin' });
    if (!response.ok) return;   // the file is only in one of the two
    await viewer.importXML(await response.text());
    this.shown[side] = true;
  }

  mark(file) {
    for (const button of document.querySelectorAll(`.diff-go[data-file="${CSS.escape(file)}"]`)) {
      const { kind, elements } = button.dataset;
      for (const id of elements.split(' ').filter(Boolean)) for (const side of Object.keys(this.shown)) this.paint(this.viewers[side], id, kind);
    }
  }

  paint(viewer, id, kind) {
    const element = viewer.get('elementRegistry').get(id);
    if (!element) return;
    viewer.get('canvas').addMarker(id, `d-${kind}`);
    if (element.waypoints || viewer.get('overlays').get({ element: id, type: 'diff' }).length) return;
    const chip = Object.assign(document.createElement('div'), { className: `diff-chip d-${kind}`, textContent: this.words[kind] });
    viewer.get('overlays').add(id, 'diff', { position: { top: -17, left: -8 }, scale: { min: .85, max: 1.2 }, html: chip });
  }

  centre(ids) {
    for (const side of Object.keys(this.shown)) {
      const viewer = this.viewers[side];
      const found = ids.map((id) => viewer.get('elementRegistry').get(id)).find(Boolean);
      if (!found) continue;
      viewer.get('canvas').scrollToElement(found, 120);
      for (const id of ids) this.flash(viewer, id);
    }
    this.root.scrollIntoView({ block: 'nearest' });
  }

  flash(viewer, id) {
    if (!viewer.get('elementRegistry').get(id)) return;
    viewer.get('canvas').addMarker(id, 'd-here');
    setTimeout(() => viewer.get('elementRegistry').get(id) && viewer.get('canvas').removeMarker(id, 'd-here'), 2500);
  }
}

async function start(root) {
  if (!matchMedia('(min-width: 960px)').matches) return;   // phones have the list
  root.hidden = false;
  const pair = new Pair(root);
  const choose = root.querySelector('[data-diff-file]');
  choose.addEventListener('change', () => pair.open(choose.value));
  for (const button of document.querySelectorAll('.diff-go')) {
    button.addEventListener('click', async () => {
      choose.value = button.dataset.file;
      await pair.open(button.dataset.file);
      pair.centre(button.dataset.elements.split(' ').filter(Boolean));
    });
  }
  await pair.open(choose.value);
}

document.querySelectorAll('[data-difference]').forEach(start);
