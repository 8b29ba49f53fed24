// Which data an expression may read at a place: what forms, scripts, tables and mappings before it have set.
import { getBusinessObject as bo, is } from 'bpmn-js/lib/util/ModelUtil';

/** -> [{name, label, type, options, from}], nearest first; `from` says which step brings it. */
export function available(element, { forms, foreign }) {
  const found = new Map();
  const add = (name, more) => { if (name && !found.has(name)) found.set(name, { name, label: '', type: '', options: [], ...more }); };
  for (const node of before(element)) for (const datum of sets(node, forms)) add(datum.name, datum);
  for (const datum of foreign) add(datum.name, datum);
  return [...found.values()];
}

/** The nodes that may have run before *element*, nearest first; for a flow its source counts. */
function before(element) {
  const start = element.waypoints ? [element.source] : [...direct(element), element.parent].filter(Boolean);
  const seen = new Set();
  const pending = start.filter(Boolean);
  while (pending.length) {
    const node = pending.shift();
    if (seen.has(node) || !node.businessObject) continue;
    seen.add(node);
    pending.push(...direct(node));
    if (node.parent?.businessObject && is(node.parent, 'bpmn:SubProcess')) pending.push(...direct(node.parent));
    if (is(node, 'bpmn:SubProcess')) pending.push(...(node.children ?? []).filter(one => is(one, 'bpmn:FlowNode')));
  }
  return [...seen];
}

const direct = node => [...(node.incoming ?? []).filter(flow => is(flow, 'bpmn:SequenceFlow')).map(flow => flow.source), ...(node.host ? [node.host] : [])];

function sets(node, forms) {
  const object = bo(node);
  const from = object.get('name') || object.id;
  const form = forms.find(one => one.id === object.get('jf:form'));
  const fields = (form?.fields ?? []).map(field => ({ ...field, from }));
  const plain = [...assigned(object), ...outputs(object), object.get('jf:result'), object.get('jf:outputCollection')];
  return [...fields, ...plain.filter(Boolean).map(name => ({ name, from }))];
}

const assigned = object => (is(object, 'bpmn:ScriptTask') ? [...(object.get('script') ?? '').matchAll(/(?:^|[\n;])\s*([\p{L}_][\p{L}\p{N}_.]*)\s*=(?!=)/gu)].map(([, name]) => name) : []);

const outputs = object => (object.get('extensionElements')?.get('values') ?? []).filter(one => one.$type === 'jf:Output').map(one => one.target);
