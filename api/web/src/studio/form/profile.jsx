// Our profile of form-js (docs/forms.md): the components our renderer knows, and our own rules as fields instead of raw properties.
import { jsx } from 'preact/jsx-runtime';
import { t } from '../i18n/translate.js';

const COMPONENTS = new Set(['text', 'separator', 'spacer', 'textfield', 'textarea', 'number', 'datetime', 'select', 'radio', 'checkbox', 'checklist', 'filepicker', 'group', 'dynamiclist', 'default']);
const NO_GROUPS = new Set(['custom-values', 'layout', 'serialization', 'constraints', 'securityAttributes']);
const NO_ENTRIES = new Set(['disabled', 'searchable', 'prefix-adorner', 'use24h', 'verticalAlignment', 'disableCollapse', 'nonCollapsedItems', 'versionTag', 'validationType', 'increment-step', 'height']);

const CHECKS = {
  '': () => t('（无）'), 'id-number': () => t('居民身份证号'), 'id-document': () => t('按证件类型核对号码'), uscc: () => t('统一社会信用代码'),
  mobile: () => t('手机号'), landline: () => t('固定电话'), phone: () => t('电话（手机或固定）'), 'area-code': () => t('统计用区划代码'),
  'grid-code': () => t('网格编码'), plate: () => t('车牌号'), 'no-identity': () => t('不得出现证件号和手机号'),
};
const KEYBOARDS = { '': () => t('普通'), numeric: () => t('数字'), decimal: () => t('带小数点的数字'), tel: () => t('电话') };
const WITHIN = { '': () => t('不限'), past: () => t('不晚于现在'), future: () => t('不早于现在') };

/** Our rules by component: [property, label, choices of a list, or the type of an input]. */
const RULES = {
  textfield: () => [['check', t('内置校验'), CHECKS], ['inputmode', t('手机键盘'), KEYBOARDS], ['derives', t('由证件号得出的字段'), 'text'], ['hint', t('提示'), 'text']],
  textarea: () => [['check', t('内置校验'), CHECKS], ['hint', t('提示'), 'text']],
  number: () => [['inputmode', t('手机键盘'), KEYBOARDS]],
  datetime: () => [['within', t('允许的时间'), WITHIN]],
  filepicker: () => [['min', t('至少几个文件'), 'number'], ['max', t('至多几个文件'), 'number']],
  dynamiclist: () => [['min', t('至少几项'), 'number'], ['max', t('至多几项'), 'number'], ['itemLabel', t('每一项叫作'), 'text']],
  select: () => [['codeList', t('代码表'), 'codeList']],
  radio: () => [['codeList', t('代码表'), 'codeList']],
  checklist: () => [['codeList', t('代码表'), 'codeList']],
};

const known = new Map();   // name -> label of the code lists
export const useCodeLists = lists => lists.forEach(({ value, label }) => known.set(value, () => label));

/** One field of ours. No hooks: form-js brings its own copy of preact. */
function Rule({ id, field, editField, property, label, kind }) {
  const value = field.properties?.[property] ?? '';
  const write = text => {
    const properties = { ...field.properties };
    if (text) properties[property] = text; else delete properties[property];
    editField(field, ['properties'], properties);
  };
  const choices = kind === 'codeList' ? { '': () => t('（不用代码表，用下面写出的选项）'), ...Object.fromEntries(known) } : kind;
  const control = typeof choices === 'object'
    ? jsx('select', { id: `jf-${id}`, class: 'bio-properties-panel-input', value, onChange: event => write(event.target.value), children: Object.entries({ ...choices, ...(value in choices ? {} : { [value]: () => value }) }).map(([name, words]) => jsx('option', { value: name, selected: name === value, children: words() }, name)) })
    : jsx('input', { id: `jf-${id}`, class: 'bio-properties-panel-input', type: kind, min: kind === 'number' ? 0 : undefined, value, onChange: event => write(event.target.value.trim()) });
  return jsx('div', { class: 'bio-properties-panel-entry', 'data-entry-id': id, children: [jsx('label', { for: `jf-${id}`, class: 'bio-properties-panel-label', children: label }, 'label'), jsx('div', { children: control }, 'control')] });
}

class Profile {
  constructor(formFields, propertiesPanel) {
    for (const type of Object.keys(formFields._formFields)) if (!COMPONENTS.has(type)) delete formFields._formFields[type];
    propertiesPanel.registerProvider(this, 500);
  }

  getGroups(field, editField) {
    return groups => [...groups.filter(one => !NO_GROUPS.has(one.id)).map(kept), ...ours(field, editField)].filter(one => one.items || one.entries?.length);
  }
}
Profile.$inject = ['formFields', 'propertiesPanel'];

const kept = group => (group.entries ? { ...group, entries: group.entries.filter(one => !NO_ENTRIES.has(one.id)) } : group);

function ours(field, editField) {
  const rules = RULES[field?.type]?.() ?? [];
  if (!rules.length) return [];
  const entries = rules.map(([property, label, kind]) => ({ id: `jf-${property}`, component: Rule, field, editField, property, label, kind, isEdited: () => Boolean(field.properties?.[property]) }));
  return [{ id: 'jf-rules', label: t('填写规则'), entries }];
}

export default { __init__: ['jingfaProfile'], jingfaProfile: ['type', Profile] };
