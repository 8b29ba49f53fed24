// Evaluates the FEEL syntax trees that the server writes (bpmn/feel/tree.py), for the profile that form conditions use.
// Three-valued: null is "unknown", and whatever this file does not know is null too. The server decides again on submit.

export function evaluate(tree, context) {
  const node = NODES[tree?.node];
  return node ? node(tree, context) : null;
}

const EPSILON = 1e-9;

/** Dates and times stay ISO text with their kind, so that "2026-01-02" typed as text is not a date. */
export class Temporal {
  constructor(kind, text) { this.kind = kind; this.text = text; }
  toString() { return this.text; }
}

const TEMPORAL = new Set(['date', 'time', 'date and time']);

const NODES = {
  Literal: ({ type, value }) => type === 'number' ? Number(value) : TEMPORAL.has(type) ? new Temporal(type, value) : type === 'null' ? null : value,
  Name: ({ name }, context) => own(context, name),
  Path: ({ source, name }, context) => {
    const value = evaluate(source, context);
    if (Array.isArray(value)) return value.map(item => own(item, name));
    return value instanceof Temporal ? part(value, name) : own(value, name);
  },
  Filter: filter,
  Call: call,
  Negation: ({ operand }, context) => { const v = evaluate(operand, context); return typeof v === 'number' ? -v : null; },
  Arithmetic: arithmetic,
  And: ({ operands }, context) => junction(operands, context, false),
  Or: ({ operands }, context) => junction(operands, context, true),
  Comparison: ({ operator, left, right }, context) => compare(operator, evaluate(left, context), evaluate(right, context)),
  Between: ({ value, low, high }, context) => {
    const v = evaluate(value, context);
    return both(compare('>=', v, evaluate(low, context)), compare('<=', v, evaluate(high, context)));
  },
  In: ({ value, tests }, context) => { const v = evaluate(value, context); return any(tests.map(test => passes(test, v, context))); },
  If: ({ condition, yes, no }, context) => evaluate(evaluate(condition, context) === true ? yes : no, context),
  ListOf: ({ items }, context) => items.map(item => evaluate(item, context)),
  Group: ({ items }, context) => items.map(item => evaluate(item, context)),
  ContextOf: ({ keys, values }, context) => {
    const made = {};
    keys.forEach((key, i) => { made[key] = evaluate(values[i], { ...context, ...made }); });
    return made;
  },
  RangeOf: (tree, context) => ({ range: true, start: evaluate(tree.start, context), end: evaluate(tree.end, context), from: tree.start_included, to: tree.end_included }),
  Quantified: ({ kind, iterations, condition }, context) => {
    const results = combinations(iterations, context).map(scope => evaluate(condition, scope));
    return kind === 'some' ? any(results) : all(results);
  },
  For: ({ iterations, body }, context) => combinations(iterations, context).map(scope => evaluate(body, scope)),
};

const own = (value, name) => value !== null && typeof value === 'object' && Object.hasOwn(value, name) ? value[name] ?? null : null;
const list = value => value === null ? [] : Array.isArray(value) ? value : [value];

function part(value, name) {
  const [year, month, day] = value.text.split('T')[0].split('-').map(Number);
  return { year, month, day }[name] ?? null;
}

function junction(operands, context, decisive) {
  let unknown = false;
  for (const operand of operands) {
    const value = evaluate(operand, context);
    if (value === decisive) return decisive;
    if (value !== !decisive) unknown = true;
  }
  return unknown ? null : !decisive;
}
const any = values => values.includes(true) ? true : values.some(v => v !== false) ? null : false;
const all = values => values.includes(false) ? false : values.some(v => v !== true) ? null : true;
const both = (a, b) => all([a, b]);

function kindOf(value) {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Temporal) return value.kind;
  return typeof value;
}

export function equal(a, b) {
  const kind = kindOf(a);
  if (kind === 'null' || kindOf(b) === 'null') return kind === kindOf(b);
  if (kind !== kindOf(b)) return null;
  if (kind === 'number') return Math.abs(a - b) < EPSILON * Math.max(1, Math.abs(a), Math.abs(b));
  if (kind === 'list') return a.length === b.length && all(a.map((item, i) => equal(item, b[i])));
  if (TEMPORAL.has(kind)) return a.text === b.text;
  if (kind === 'object') {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && all(keys.map(k => Object.hasOwn(b, k) ? equal(a[k], b[k]) : false));
  }
  return a === b;
}

function compare(operator, a, b) {
  if (operator === '=') return equal(a, b);
  if (operator === '!=') { const same = equal(a, b); return same === null ? null : !same; }
  const kind = kindOf(a);
  if (kind !== kindOf(b) || !(kind === 'number' || kind === 'string' || TEMPORAL.has(kind))) return null;
  if (equal(a, b)) return operator.length === 2;
  const [x, y] = TEMPORAL.has(kind) ? [a.text, b.text] : [a, b];
  return operator[0] === '<' ? x < y : x > y;
}

function within(value, range) {
  const low = range.start === null ? true : compare(range.from ? '>=' : '>', value, range.start);
  const high = range.end === null ? true : compare(range.to ? '<=' : '<', value, range.end);
  return both(low, high);
}

function passes(test, value, context) {
  if (test.node === 'Test') return compare(test.operator, value, evaluate(test.operand, context));
  if (test.node === 'Group') return any(test.items.map(item => passes(item, value, context)));
  const wanted = evaluate(test, context);
  if (wanted?.range) return within(value, wanted);
  if (Array.isArray(wanted) && !Array.isArray(value)) return any(wanted.map(item => equal(value, item)));
  return equal(value, wanted);
}

function arithmetic({ operands, operators }, context) {
  let value = evaluate(operands[0], context);
  operators.forEach((operator, i) => { value = step(operator, value, evaluate(operands[i + 1], context)); });
  return value;
}

function step(operator, a, b) {
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (typeof a !== 'number' || typeof b !== 'number') return null;
  const result = { '+': a + b, '-': a - b, '*': a * b, '/': a / b, '**': a ** b }[operator];
  return Number.isFinite(result) ? result : null;
}

function filter({ source, condition }, context) {
  const items = list(evaluate(source, context));
  const index = evaluate(condition, context);
  if (typeof index === 'number') return items[index > 0 ? index - 1 : items.length + index] ?? null;
  return items.filter(item => evaluate(condition, { ...context, ...(kindOf(item) === 'object' ? item : {}), item }) === true);
}

function combinations(iterations, context) {
  let scopes = [context];
  for (const { name, domain } of iterations) {
    scopes = scopes.flatMap(scope => list(evaluate(domain, scope)).slice(0, 1000).map(item => ({ ...scope, [name]: item })));
  }
  return scopes;
}

const text = (f) => (...args) => args.every(a => typeof a === 'string') ? f(...args) : null;
const numbers = (f) => (...args) => { const all = args.length === 1 ? list(args[0]) : args; return all.length && all.every(n => typeof n === 'number') ? f(all) : null; };

export const FUNCTIONS = {
  'not': v => typeof v === 'boolean' ? !v : null,
  'is defined': v => v !== null,
  'contains': text((s, part) => s.includes(part)),
  'starts with': text((s, part) => s.startsWith(part)),
  'ends with': text((s, part) => s.endsWith(part)),
  'string length': text(s => [...s].length),
  'upper case': text(s => s.toUpperCase()),
  'lower case': text(s => s.toLowerCase()),
  'string': v => v === null ? null : String(v),
  'number': v => { const n = typeof v === 'string' && v.trim() ? Number(v) : v; return typeof n === 'number' && !Number.isNaN(n) ? n : null; },
  'count': v => list(v).length,
  'list contains': (items, v) => Array.isArray(items) ? items.some(item => equal(item, v) === true) : null,
  'sum': numbers(all => all.reduce((a, b) => a + b, 0)),
  'min': numbers(all => Math.min(...all)),
  'max': numbers(all => Math.max(...all)),
  'abs': v => typeof v === 'number' ? Math.abs(v) : null,
  'floor': v => typeof v === 'number' ? Math.floor(v) : null,
  'ceiling': v => typeof v === 'number' ? Math.ceil(v) : null,
  'date': v => typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v) ? new Temporal('date', v) : v instanceof Temporal && v.kind === 'date' ? v : null,
  'all': v => Array.isArray(v) ? all(v) : null,
  'any': v => Array.isArray(v) ? any(v) : null,
};

function call({ function: target, arguments: args, names }, context) {
  const known = target.node === 'Name' && FUNCTIONS[target.name];
  if (!known || names?.length) return null;
  return known(...args.map(argument => evaluate(argument, context)));
}
