// bpmn-js on a case's page, painted with recorded moves only. Words and shape beside every colour.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const MIN_ZOOM = 0.55;   // below this nobody can read a Chinese label

export async function show(container) {
  document.documentElement.classList.add('has-canvas');
  const viewer = new NavigatedViewer({ container });
  const response = await fetch(container.dataset.xml, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(String(response.status));
  await viewer.importXML(await response.text());
  paint(viewer, JSON.parse(container.dataset.marks ?? '{}'));
  fit(viewer);
  addEventListener('resize', () => fit(viewer));
}

function fit(viewer) {
  const canvas = viewer.get('canvas');
  const { inner, outer } = canvas.viewbox();
  if (inner.width && outer.width) {   // as tall as the diagram needs, the mark at the bottom right left free
    const scale = Math.max(MIN_ZOOM, Math.min(1, outer.width / (inner.width + 48)));
    canvas.getContainer().closest('[data-diagram]').style.height = `${Math.min(600, Math.max(220, inner.height * scale + 110))}px`;
  }
  canvas.resized();
  const box = canvas.viewbox();
  if (!box.outer.width || !box.inner.width) return;   // not laid out yet
  const zoom = Math.min(1, box.outer.width / (box.inner.width + 48), box.outer.height / (box.inner.height + 72));
  const shown = Math.max(zoom, MIN_ZOOM);
  const left = zoom < MIN_ZOOM ? box.inner.x - 24 : box.inner.x - (box.outer.width / shown - box.inner.width) / 2;
  canvas.viewbox({ x: left, y: box.inner.y - 36, width: box.outer.width / shown, height: box.outer.height / shown });
}

function paint(viewer, { done = [], flows = [], now = {}, rules = [] }) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  for (const id of [...done, ...flows]) if (registry.get(id)) canvas.addMarker(id, 'done');
  for (const id of rules) if (registry.get(id)) canvas.addMarker(id, 'hit');
  for (const [id, mark] of Object.entries(now)) {
    if (!registry.get(id)) continue;
    canvas.addMarker(id, mark.late ? 'late' : 'now');
    const chip = document.createElement('div');
    chip.className = mark.late ? 'chip late' : 'chip';
    chip.textContent = mark.words;
    viewer.get('overlays').add(id, 'token', { position: { top: -16, left: -6 }, scale: { min: .8, max: 1.2 }, html: chip });
  }
}
