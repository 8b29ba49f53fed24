// The board: numbers of the record on the diagram and in the table, changed in place. Without this file the page is whole, only still.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './board.css';

const MIN_ZOOM = 0.55;   // below this nobody can read a Chinese label
const AGAIN = 3000;    // ms before a refused stream is asked for again, then twice as long
const SVG = 'http://www.w3.org/2000/svg';

const say = (words, name, values) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** Which look an element has: late before soon before merely busy. A hidden number counts as busy. */
const levelOf = ([, late, soon]) => (late ? 'b-late' : soon ? 'b-soon' : 'b-ok');

/** A waiting time in words: hours for two days, then days. */
const waitingOf = (words, hours) => (hours < 48 ? say(words, 'hours', { n: Math.floor(hours) }) : say(words, 'days', { n: Math.floor(hours / 24) }));

class Table {
  constructor(words) { this.words = words; }

  write(node, text) {
    if (!node || node.textContent === text) return;
    node.textContent = text;
    node.classList.remove('bumped');
    void node.offsetWidth;   // restarts the animation
    node.classList.add('bumped');
  }

  number(value) { return value == null ? this.words.few : String(value); }

  waiting(hours) { return hours == null ? '—' : waitingOf(this.words, hours); }

  show({ elements, diagrams, total }) {
    for (const row of document.querySelectorAll('[data-row]')) {
      const count = elements[row.dataset.row] ?? [0, 0, 0, null];
      for (const cell of row.querySelectorAll('[data-n]')) {
        const n = Number(cell.dataset.n);
        this.write(cell, n === 3 ? this.waiting(count[3]) : this.number(count[n]));
      }
      row.classList.toggle('idle', count[0] === 0);
    }
    for (const node of document.querySelectorAll('[data-diagram-count]')) {
      const count = diagrams[node.dataset.diagramCount];
      this.write(node, this.number(count === undefined ? 0 : count));
    }
    for (const node of document.querySelectorAll('[data-total]')) this.write(node, this.number(total[node.dataset.total]));
  }
}

class Painter {
  constructor(viewer, words) {
    this.canvas = viewer.get('canvas');
    this.overlays = viewer.get('overlays');
    this.registry = viewer.get('elementRegistry');
    this.words = words;
    this.painted = new Map();   // element id -> { signature, level, overlay }
    this.heat = this.canvas.getLayer('board-heat', -1);
  }

  show({ elements }, heated) {
    for (const id of this.painted.keys()) if (!elements[id]) this.clear(id);
    for (const [id, count] of Object.entries(elements)) if (this.registry.get(id)) this.paint(id, count, heated);
    this.warm(heated ? elements : {});
  }

  paint(id, count, heated) {
    const wait = heated && count[3] != null ? say(this.words, 'wait', { n: waitingOf(this.words, count[3]) }) : '';
    const signature = [...count.slice(0, 3), wait].join('/');
    if (this.painted.get(id)?.signature === signature) return;   // only what changed is touched
    this.clear(id);
    const level = levelOf(count);
    this.canvas.addMarker(id, level);
    const overlay = this.overlays.add(id, 'count', { position: { top: -17, left: -8 }, scale: { min: .85, max: 1.2 }, html: this.chip(id, count, level, wait) });
    this.painted.set(id, { signature, level, overlay });
  }

  clear(id) {
    const known = this.painted.get(id);
    if (!known) return;
    this.canvas.removeMarker(id, known.level);
    this.overlays.remove(known.overlay);
    this.painted.delete(id);
  }

  chip(id, [cases, late, soon], level, wait) {
    const href = linkOf(id);
    const chip = document.createElement(href ? 'a' : 'div');
    if (href) { chip.href = href; chip.tabIndex = -1; }   // the table holds the same link for the keyboard
    chip.className = `count-chip ${level}`;
    chip.append(Object.assign(document.createElement('b'), { textContent: cases == null ? this.words.few : cases }));
    const words = late ? say(this.words, 'late', { n: late }) : soon ? say(this.words, 'soon', { n: soon }) : '';
    for (const text of [words, wait]) if (text) chip.append(Object.assign(document.createElement('span'), { textContent: text }));
    return chip;
  }

  warm(elements) {
    this.heat.replaceChildren();
    const hours = Object.entries(elements).filter(([id, count]) => count[3] != null && this.registry.get(id));
    const most = Math.max(1, ...hours.map(([, count]) => count[3]));
    for (const [id, count] of hours) this.heat.append(...this.spot(this.registry.get(id), count[3] / most));
  }

  spot({ x, y, width, height }, share) {   // three rings instead of a gradient: no ids, no inline style
    return [1.15, .95, .75].map((size) => {
      const ring = document.createElementNS(SVG, 'ellipse');
      const at = { cx: x + width / 2, cy: y + height / 2, rx: width * size, ry: height * size, fill: share > .5 ? '#d7301f' : '#f5a000', 'fill-opacity': (.05 + .15 * share).toFixed(3) };
      for (const [name, value] of Object.entries(at)) ring.setAttribute(name, value);
      return ring;
    });
  }
}

const rowOf = (id) => document.querySelector(`[data-row="${CSS.escape(id)}"]`);
const linkOf = (id) => document.querySelector(`[data-row="${CSS.escape(id)}"] a[data-n="0"]`)?.href;

function fit(viewer, container) {
  const canvas = viewer.get('canvas');
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const zoom = Math.max(MIN_ZOOM, Math.min(1, outer.width / (inner.width + 64)));
  container.style.height = `${Math.min(760, Math.max(300, inner.height * zoom + 120))}px`;
  canvas.resized();
  const box = canvas.viewbox();
  const width = box.outer.width / zoom;
  const left = width < inner.width + 64 ? inner.x - 32 : inner.x - (width - inner.width) / 2;
  canvas.viewbox({ x: left, y: inner.y - 44, width, height: box.outer.height / zoom });
}

async function draw(container, words) {
  container.hidden = false;
  document.documentElement.classList.add('has-board');
  const { default: NavigatedViewer } = await import('bpmn-js/lib/NavigatedViewer');   // phones never come here
  const viewer = new NavigatedViewer({ container });
  const response = await fetch(container.dataset.xml, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(String(response.status));
  await viewer.importXML(await response.text());
  fit(viewer, container);
  addEventListener('resize', () => fit(viewer, container));
  viewer.get('eventBus').on('element.click', ({ element }) => {
    // A called process opens with its own tokens; its chip leads to its cases as everywhere.
    const href = rowOf(element.id)?.dataset.into ?? linkOf(element.id);
    if (href) location.href = href;
  });
  return new Painter(viewer, words);
}

function follow(address, words, show) {
  let source = null, before = null, pause = AGAIN;
  const updated = document.getElementById('updated');
  const open = () => {
    source = new EventSource(address);
    source.onmessage = ({ data }) => {
      const numbers = JSON.parse(data);
      pause = AGAIN;
      updated.textContent = say(words, 'updated', { at: numbers.at });
      if (!numbers.elements) return;
      const late = numbers.total[1];
      if (before !== null && late !== null && late !== before) document.getElementById('announce').textContent = say(words, 'changed', { a: before, b: late });
      before = late;
      show(numbers);
    };
    source.onerror = () => {   // a refused stream (the house is full, the session over) is not asked for again by the browser itself
      if (source.readyState !== EventSource.CLOSED) return;
      updated.textContent = words.lost;
      setTimeout(() => { if (!document.hidden && source.readyState === EventSource.CLOSED) open(); }, pause * (1 + Math.random()));
      pause = Math.min(pause * 2, 60000);
    };
  };
  // One stream a tab, none while nobody looks: a browser allows six connections a host.
  document.addEventListener('visibilitychange', () => { if (document.hidden) source?.close(); else if (source?.readyState === EventSource.CLOSED) open(); });
  addEventListener('pagehide', () => source?.close());
  open();
}

/** On phones the drawing comes from the server: fetch it again, so that it never says other numbers than the table. */
async function redraw() {
  const response = await fetch(location.href, { credentials: 'same-origin' }).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('.chart');
  if (fresh) document.querySelector('.chart')?.replaceChildren(...fresh.childNodes);
}

async function start(container) {
  const words = JSON.parse(container.dataset.say);
  let numbers = JSON.parse(container.dataset.numbers);
  const table = new Table(words);
  const heat = document.getElementById('heat');
  let painter = null, seen = '';
  const show = () => { table.show(numbers); painter?.show(numbers, heat?.checked); };
  follow(container.dataset.stream, words, (fresh) => {
    const moved = JSON.stringify(Object.entries(fresh.elements).map(([id, count]) => [id, ...count.slice(0, 3)]).sort());
    if (!painter && seen && moved !== seen) redraw();
    seen = moved;
    numbers = fresh;
    show();
  });
  if (!matchMedia('(min-width: 960px)').matches) return;   // phones: the drawing made by the server and the table
  try { painter = await draw(container, words); } catch { document.documentElement.classList.remove('has-board'); container.hidden = true; return; }
  heat.closest('label').hidden = false;
  heat.addEventListener('change', show);
  show();
}

document.querySelectorAll('[data-board]').forEach(start);
