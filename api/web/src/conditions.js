// Fields that depend on others: the server writes each condition as a FEEL syntax tree, one small evaluator runs it here.
import { holdsTrue } from './feel.js';

const form = document.querySelector('form[data-conditional-form]');
const context = JSON.parse(form?.dataset.context ?? '{}');   // what the case knows beyond the fields on this page

export function valuesOf(source) {
  const values = {};
  for (const field of source.elements) {
    if (!field.name || field.name.startsWith('_') || ['submit', 'button', 'file', 'password'].includes(field.type)) continue;
    if (field.type === 'radio' && !field.checked) continue;
    place(values, field.name.split('.'), read(field, values));
  }
  return values;
}

function read(field, values) {
  if (field.type === 'checkbox') {
    if (field.value === 'true') return field.checked;
    const before = field.name.split('.').reduce((v, k) => v?.[k], values) ?? [];
    return field.checked ? [...before, field.value] : before;
  }
  if (field.value === '') return null;
  return ['decimal', 'numeric'].includes(field.inputMode) && !field.dataset.check || field.type === 'number' ? Number(field.value.replace(/,/g, '')) : field.value;
}

function place(target, path, value) {
  const last = path.pop();
  let here = target;
  for (const key of path) here = here[key] ??= {};
  here[last] = value;
}

function apply() {
  const values = valuesOf(form);
  for (const box of form.querySelectorAll('[data-hide]')) {
    const path = (box.dataset.scope ?? '').split('.').filter(Boolean);
    const scope = path.reduce((v, k) => v?.[k] ?? {}, values);
    const row = path.length && /^\d+$/.test(path[path.length - 1]) ? { i: Number(path[path.length - 1]) + 1 } : {};
    const seen = { ...context, ...values, ...scope, this: scope, parent: values, ...row };
    // What this evaluator does not know stays visible; the server drops the value if need be.
    box.toggleAttribute('data-hidden', holdsTrue(JSON.parse(box.dataset.hide), seen, false));
  }
}

if (form) {   // rows that come later may have conditions too
  form.addEventListener('input', apply);
  form.addEventListener('change', apply);
  apply();
}
