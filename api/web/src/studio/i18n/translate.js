// One translate function for the tool pages. Libraries ask in English and get Chinese from zh.json (over bpmn-js-i18n);
// our own sentences are Chinese and get English from en.json. What is asked for and missing is collected for the crawl in the tests.
import zn from 'bpmn-js-i18n/translations/zn.js';
import zh from './zh.json';
import en from './en.json';

export const isChinese = (document.documentElement.lang || 'zh').startsWith('zh');
const library = isChinese ? { ...zn, ...zh } : {};
const own = isChinese ? {} : en;
const missing = (globalThis.jingfaMissing ??= new Set());

const filled = (text, values) => text.replace(/\{([^{}]+)\}/g, (whole, name) => (name in values ? values[name] : whole));

/** A sentence of a library: asked for in English. */
export function translate(text, values = {}) {
  if (isChinese && text && !Object.hasOwn(library, text) && /[A-Za-z]{2}/.test(text)) missing.add(text);
  return filled(library[text] ?? text, values);
}

/** A sentence of ours: written in Chinese. */
export function t(text, values = {}) {
  if (!isChinese && !Object.hasOwn(own, text)) missing.add(text);
  return filled(own[text] ?? text, values);
}

export default { translate: ['value', translate] };
