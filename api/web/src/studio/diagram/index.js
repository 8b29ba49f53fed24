// The diagram editor: bpmn-js with our panel, our menus, the server's checks, and one file of a draft behind it.
import BpmnModeler from 'bpmn-js/lib/Modeler';
import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import TokenSimulationModule from 'bpmn-js-token-simulation';
import minimapModule from 'diagram-js-minimap';
import ColorPickerModule from 'bpmn-js-color-picker';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import GridModule from 'diagram-js-grid';
import translateModule, { t } from '../i18n/translate.js';
import { Checks } from '../checks.js';
import { Draft, vocabulary } from '../draft.js';
import provider from '../panel/provider.js';
import { drawn, exportModel, exportPicture, foreign, readFile, refusal } from './files.js';
import { Marks } from './marks.js';
import jf from './jf.json';
import runs from './runs.js';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import 'bpmn-js-color-picker/colors/color-picker.css';
import '../studio.css';
import './diagram.css';

const NEEDS_WIDTH = '(min-width: 960px)';

class Editor {
  constructor(root, words) {
    this.root = root;
    this.isReading = true;
    this.modeler = new BpmnModeler({
      container: document.getElementById('canvas'),
      propertiesPanel: { parent: document.getElementById('panel') },
      moddleExtensions: { jf },
      jingfa: { words, isDisabled: () => this.isReading },
      additionalModules: [BpmnPropertiesPanelModule, provider, runs, TokenSimulationModule, minimapModule, ColorPickerModule, GridModule, CreateAppendAnythingModule, translateModule],
    });
    this.draft = new Draft(root, { write: () => this.xml(), onMode: mayEdit => this.mode(mayEdit) });
    this.marks = new Marks(this.modeler);
    this.checks = new Checks(this.draft, { onFindings: found => this.marks.badges(found, one => this.marks.walk(one)), onChoose: finding => this.marks.walk(finding) });
    this.guard();
  }

  get = name => this.modeler.get(name);

  async xml() { return (await this.modeler.saveXML({ format: true })).xml; }

  /** Reading: what would change the model is refused at the one place where every change passes. */
  guard() {
    const priority = 5000;
    const refuse = () => (this.isReading && this.isLoaded ? false : undefined);
    for (const event of ['shape.move.start', 'create.start', 'connect.start', 'resize.start', 'element.dblclick', 'bendpoint.move.start', 'connectionSegment.move.start', 'directEditing.activate']) {
      this.get('eventBus').on(event, priority, refuse);
    }
    this.get('keyboard').addListener(priority, ({ keyEvent }) => (this.isReading && !keyEvent.ctrlKey ? true : undefined));
  }

  mode(mayEdit) {
    this.isReading = !mayEdit;
    for (const button of document.querySelectorAll('[data-changes]')) button.disabled = !mayEdit;
    if (this.isLoaded) this.get('eventBus').fire('propertiesPanel.providersChanged');
  }

  async start() {
    const text = await this.draft.open();
    const reason = refusal(text);
    if (reason) { this.draft.tell(reason, []); return; }
    await this.show(text);
    this.get('eventBus').on('commandStack.changed', () => this.changed());
    this.checks.now();
    this.commands();
    this.root.dataset.ready = 'true';
  }

  async show(text) {
    this.isLoaded = false;
    const { text: whole, isNew } = await drawn(text);
    const { warnings } = await this.modeler.importXML(whole);
    this.isLoaded = true;
    this.fit();
    this.list(warnings, foreign(text), isNew);
    this.mode(this.draft.mayEdit);
  }

  /** What the drawing lost or carries along, in words: nothing goes silently. */
  list(warnings, namespaces, isNew) {
    const lines = [...(isNew ? [t('文件里没有图形，已自动排布；请按需要移动。')] : []), ...namespaces.map(uri => t('其他工具的扩展 {uri} 会原样保留', { uri })), ...warnings.map(one => t('图中有一处没有画出：{reason}', { reason: one.message.split('\n')[0].slice(0, 200) }))];
    const box = document.getElementById('kept');
    box.hidden = !lines.length;
    box.querySelector('summary').textContent = t('导入说明（{count}）', { count: lines.length });
    box.querySelector('ul').replaceChildren(...lines.map(line => Object.assign(document.createElement('li'), { textContent: line })));
  }

  fit() {
    const canvas = this.get('canvas');
    const { inner, outer } = canvas.viewbox();
    if (!inner.width || !outer.width) return;
    const zoom = Math.max(0.55, Math.min(1, (outer.width - 170) / inner.width));   // below this nobody reads a Chinese label
    canvas.viewbox({ x: inner.x - 130 / zoom, y: inner.y - 60, width: outer.width / zoom, height: outer.height / zoom });
  }

  changed() {
    if (this.isReading) return;
    this.draft.changed();
    this.checks.soon();
  }

  commands() {
    const name = this.draft.path.split('/').pop().replace(/\.bpmn$/, '');
    const acts = {
      undo: () => this.get('commandStack').undo(),
      redo: () => this.get('commandStack').redo(),
      search: () => this.get('searchPad').toggle(),
      fit: () => this.fit(),
      simulate: () => this.get('toggleMode').toggleMode(),
      'export-model': () => exportModel(this.modeler, name),
      'export-picture': () => exportPicture(this.modeler, name),
      import: () => document.getElementById('import-file').click(),
    };
    for (const button of document.querySelectorAll('[data-act]')) button.addEventListener('click', acts[button.dataset.act]);
    document.getElementById('import-file').addEventListener('change', event => this.take(event.target));
    this.get('eventBus').on('tokenSimulation.toggleMode', ({ active }) => document.body.classList.toggle('simulating', active));
  }

  async take(input) {
    const [file] = input.files;
    input.value = '';
    if (!file) return;
    const before = await this.xml();
    const { text, refused } = await readFile(file);
    if (refused) { this.draft.tell(refused, []); return; }
    try { await this.show(text); } catch (problem) {
      await this.show(before);
      this.draft.tell(t('这个文件打不开：{reason}', { reason: problem.message.split('\n')[0].slice(0, 200) }), []);
      return;
    }
    this.changed();
    this.draft.tell(t('已导入 {file}，原来的图被替换。', { file: file.name }), [[t('恢复原来的图'), async () => { await this.show(before); this.changed(); this.draft.tell('', []); }]]);
  }
}

async function start() {
  const root = document.getElementById('editor');
  if (!matchMedia(NEEDS_WIDTH).matches) return;   // narrow screens have the drawing made by the server
  root.hidden = false;
  try { await new Editor(root, await vocabulary(root)).start(); } catch (problem) {
    const notice = document.getElementById('edit-notice');
    notice.hidden = false;
    notice.textContent = problem.message;
    reportError(problem);
  }
}
start();
