// Fields that depend on others: the server writes each condition as a FEEL syntax tree, one small evaluator runs it here.
import { evaluate } from './feel.js';

const form = document.querySelector('form[data-conditional-form]') ?? document.querySelector('form[data-draft-url]');

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
  return field.inputMode === 'decimal' || field.type === 'number' ? Number(field.value) : field.value;
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
    const scope = (box.dataset.scope ?? '').split('.').filter(Boolean).reduce((v, k) => v?.[k] ?? {}, values);
    box.hidden = evaluate(JSON.parse(box.dataset.hide), { ...values, ...scope }) === true;
  }
}

if (form?.querySelector('[data-hide]')) {
  form.addEventListener('input', apply);
  form.addEventListener('change', apply);
  apply();
}
