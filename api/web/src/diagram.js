// The diagram of a case: on desktops bpmn-js, which phones never load; they keep the drawing made by the server.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';

const containers = document.querySelectorAll('[data-diagram]');
if (containers.length && matchMedia('(min-width: 960px)').matches) {
  const style = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: containers[0].dataset.css });
  const styled = new Promise((resolve) => { style.onload = style.onerror = resolve; });
  document.head.append(style);
  const [{ show }] = await Promise.all([import('./canvas.js'), styled]);
  for (const container of containers) {
    show(container).catch(() => { document.documentElement.classList.remove('has-canvas'); container.hidden = true; });
  }
}
