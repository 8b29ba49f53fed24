// Files of other tools: taken in from the disk, handed out as BPMN or SVG. What is not ours is kept and named.
import { save } from '../draft.js';
import { t } from '../i18n/translate.js';

export const LARGEST = 2 * 1024 * 1024;    // bytes; more than this freezes a tab for too long
const MOST_ELEMENTS = 3000;                // drawn shapes and lines
const OURS = new Set(['http://www.omg.org/spec/BPMN/20100524/MODEL', 'http://www.omg.org/spec/BPMN/20100524/DI', 'http://www.omg.org/spec/DD/20100524/DC', 'http://www.omg.org/spec/DD/20100524/DI', 'http://www.w3.org/2001/XMLSchema-instance', 'http://bpmn.io/schema/bpmn/biocolor/1.0', 'http://www.omg.org/spec/BPMN/non-normative/color/1.0', 'urn:jingfa:bpmn:1']);

/** Why a text cannot be opened as a diagram, in words; "" if it can. */
export function refusal(text) {
  if (new Blob([text]).size > LARGEST) return t('这个文件超过 {size} MB，编辑器不打开它，以免页面卡住。请把流程拆成几个文件后再导入。', { size: LARGEST / 1024 / 1024 });
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return t('文件里有 DOCTYPE 声明，出于安全不能打开。请从原来的工具重新导出。');
  const drawn = text.match(/<(?:[\w.-]+:)?(?:BPMNShape|BPMNEdge)[\s>]/g)?.length ?? 0;
  if (drawn > MOST_ELEMENTS) return t('图上有 {count} 个图形，超过 {most} 个，编辑器不打开它。请把流程拆成几个子流程文件。', { count: drawn, most: MOST_ELEMENTS });
  if (!/<(?:[\w.-]+:)?definitions[\s>]/.test(text)) return t('这个文件不是 BPMN 2.0 流程图。');
  return '';
}

/** Some tools and programs write the process alone: its drawing is made here. */
export async function drawn(text) {
  if (/<(?:[\w.-]+:)?BPMNShape[\s>]/.test(text)) return { text, isNew: false };
  const { layoutProcess } = await import('bpmn-auto-layout');
  return { text: await layoutProcess(text), isNew: true };
}

/** The namespaces of other tools that a model carries along. */
export function foreign(text) {
  const found = [...text.matchAll(/xmlns(?::[\w.-]+)?\s*=\s*["']([^"']+)["']/g)].map(([, uri]) => uri);
  return [...new Set(found)].filter(uri => !OURS.has(uri));
}

export async function readFile(file) {
  if (file.size > LARGEST) return { refused: refusal('x'.repeat(LARGEST + 1)) };
  const bytes = new Uint8Array(await file.arrayBuffer());
  const head = new TextDecoder('latin1').decode(bytes.slice(0, 200));
  const named = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : /encoding=["']([\w-]+)["']/.exec(head)?.[1] ?? 'utf-8';
  let text;
  try { text = new TextDecoder(named, { fatal: true }).decode(bytes); } catch { return { refused: t('文件的编码（{encoding}）读不出来。请另存为 UTF-8 后再导入。', { encoding: named }) }; }
  return { text: text.replace(/^(<\?xml[^>]*encoding=)["'][\w-]+["']/, '$1"UTF-8"'), refused: refusal(text) };
}

export async function exportModel(modeler, name) {
  save(`${name}.bpmn`, (await modeler.saveXML({ format: true })).xml, 'application/xml');
}

export async function exportPicture(modeler, name) {
  save(`${name}.svg`, (await modeler.saveSVG()).svg, 'image/svg+xml');
}
