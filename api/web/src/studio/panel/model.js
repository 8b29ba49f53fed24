// Reading and writing what the panel shows, always through the command stack: every change can be undone.
import { getBusinessObject as bo, is, isAny } from 'bpmn-js/lib/util/ModelUtil';

export { bo, is, isAny };

export const rootOf = element => {
  let one = bo(element);
  while (one.$parent) one = one.$parent;
  return one;
};

export const definition = (element, type) => (bo(element).get('eventDefinitions') ?? []).find(one => one.$type === `bpmn:${type}EventDefinition`);

/** A process behind a pool, or the element itself. */
export const described = element => (is(element, 'bpmn:Participant') ? bo(element).get('processRef') ?? bo(element) : bo(element));

export class Model {
  constructor(modeling, bpmnFactory, elementRegistry) {
    this.modeling = modeling;
    this.factory = bpmnFactory;
    this.registry = elementRegistry;
  }

  update(element, object, properties) { this.modeling.updateModdleProperties(element, object, properties); }

  attribute(element, object, name) {
    return { get: () => object.get(name) ?? '', set: value => this.update(element, object, { [name]: value === '' ? undefined : value }) };
  }

  /** A child with a text, e.g. `conditionExpression`; "" removes it. */
  expression(element, object, name) {
    return {
      get: () => object.get(name)?.get('body') ?? '',
      set: value => this.update(element, object, { [name]: value ? this.made('bpmn:FormalExpression', { body: value }, object) : undefined }),
    };
  }

  made(type, properties, parent) {
    const one = this.factory.create(type, properties);
    one.$parent = parent;
    return one;
  }

  documentation(element, object) {
    return {
      get: () => object.get('documentation')?.[0]?.text ?? '',
      set: text => this.update(element, object, { documentation: text ? [this.made('bpmn:Documentation', { text }, object)] : [] }),
    };
  }

  /** Mappings as lines `name = expression`. */
  mappings(element, type) {
    const object = bo(element);
    const all = () => object.get('extensionElements')?.get('values') ?? [];
    return {
      get: () => all().filter(one => one.$type === type).map(one => `${one.target} = ${(one.source ?? '').replace(/^=/, '')}`).join('\n'),
      set: text => {
        const holder = object.get('extensionElements') ?? this.made('bpmn:ExtensionElements', { values: [] }, object);
        const fresh = assignments(text).map(([target, source]) => this.made(type, { target, source: `=${source}` }, holder));
        const values = [...all().filter(one => one.$type !== type), ...fresh];
        if (object.get('extensionElements')) this.update(element, holder, { values });
        else { holder.values = values; this.update(element, object, { extensionElements: holder }); }
      },
    };
  }

  /** What an event refers to by name: found among the root elements, or made. `property` is the name people see. */
  named(element, holder, reference, type, property = 'name') {
    return {
      get: () => holder.get(reference)?.get(property) ?? '',
      set: value => this.update(element, holder, { [reference]: value ? this.root(element, type, property, value) : undefined }),
    };
  }

  root(element, type, property, value) {
    const definitions = rootOf(element);
    const known = definitions.get('rootElements').find(one => one.$type === type && one.get(property) === value);
    if (known) return known;
    const made = this.made(type, { [property]: value, ...(property === 'name' ? {} : { name: value }) }, definitions);
    this.update(element, definitions, { rootElements: [...definitions.get('rootElements'), made] });
    return made;
  }

  names(element, type, property = 'name') {
    return rootOf(element).get('rootElements').filter(one => one.$type === type).map(one => one.get(property)).filter(Boolean);
  }

  others(element, type) {
    return this.registry.filter(one => is(one, type) && one !== element && one.type !== 'label').map(one => ({ value: one.id, label: bo(one).get('name') || one.id }));
  }
}

/** `x = 1` lines -> [[name, expression]]; lines without a name are left out. */
export const assignments = text => (text ?? '').split('\n').map(line => /^\s*([\p{L}_][\p{L}\p{N}_.]*)\s*=\s*(.+?)\s*$/u.exec(line)).filter(Boolean).map(([, name, value]) => [name, value]);
