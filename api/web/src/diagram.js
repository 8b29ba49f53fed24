// The diagram of a case: on desktops bpmn-js, which phones never load; they keep the drawing made by the server.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './diagram.css';

const containers = document.querySelectorAll('[data-diagram]');
if (containers.length && matchMedia('(min-width: 960px)').matches) {
  const { show } = await import('./canvas.js');
  for (const container of containers) {
    show(container).catch(() => { document.documentElement.classList.remove('has-canvas'); container.hidden = true; });
  }
}
