// The form editor: form-js with our profile, the server's findings, and the real page beside it.
import { FormEditor } from '@bpmn-io/form-js-editor';
import { Checks } from '../checks.js';
import { Draft, save, vocabulary } from '../draft.js';
import { t } from '../i18n/translate.js';
import { Phone } from './phone.js';
import profile, { useCodeLists } from './profile.jsx';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import '@bpmn-io/form-js-editor/dist/assets/properties-panel.css';
import '@bpmn-io/form-js-editor/dist/assets/dragula.css';
import '../studio.css';
import './form.css';

const EMPTY = { type: 'default', schemaVersion: 19, components: [] };

async function open(root) {
  const words = await vocabulary(root);
  useCodeLists(words.codeLists);
  const holder = document.getElementById('canvas');
  const editor = new FormEditor({ container: holder, additionalModules: [profile] });
  const schema = () => editor.saveSchema();
  const text = () => `${JSON.stringify(schema(), null, 2)}\n`;
  const draft = new Draft(root, { write: async () => text(), onMode: mayEdit => { holder.inert = !mayEdit; } });
  const choose = finding => {
    const field = [...editor.get('formFieldRegistry').getAll()].find(one => one.id === finding.element_id);
    if (field) editor.get('selection').set(field);
  };
  const checks = new Checks(draft, { onChoose: choose });
  const phone = new Phone(draft, root, schema);

  await editor.importSchema(parsed(await draft.open()));
  let before = text();
  editor.on('changed', () => {
    const now = text();
    if (now === before) return;   // choosing a field is no change
    before = now;
    draft.changed();
    checks.soon();
    phone.soon();
  });
  document.querySelector('[data-act=undo]').addEventListener('click', () => editor.get('commandStack').undo());
  document.querySelector('[data-act=redo]').addEventListener('click', () => editor.get('commandStack').redo());
  document.querySelector('[data-act=export-model]').addEventListener('click', () => save(draft.path.split('/').pop(), text(), 'application/json'));
  checks.now();
  phone.now();
  root.dataset.ready = 'true';
}

function parsed(text) {
  if (!text.trim()) return EMPTY;
  try { return JSON.parse(text); } catch { throw new Error(t('这个文件不是正确的 JSON，表单编辑器打不开它。')); }
}

async function start() {
  const root = document.getElementById('editor');
  if (!matchMedia('(min-width: 960px)').matches) return;
  root.hidden = false;
  try { await open(root); } catch (problem) {
    const notice = document.getElementById('edit-notice');
    notice.hidden = false;
    notice.textContent = problem.message;
    reportError(problem);
  }
}
start();
