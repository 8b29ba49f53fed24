// Evaluates the syntax tree of bpmn.feel (Expression.tree) in the browser: the profile that forms use.
// Values: null, boolean, number, string, array, plain object. Dates and times stay ISO texts of one form,
// which compare as texts. What the profile does not know throws FeelUnsupported: the server decides then.

export class FeelUnsupported extends Error {}

const kind = (value) => (value === null || value === undefined ? "null" : Array.isArray(value) ? "list" : typeof value);
const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const settle = (value) => (value === undefined || Number.isNaN(value) || value === Infinity || value === -Infinity ? null : value);
// Sums of binary fractions show their error in the 16th digit; FEEL's decimals do not.
const round = (value) => (Number.isFinite(value) ? Number(value.toPrecision(15)) : null);
const length = (text) => Array.from(text).length;

export function equal(left, right) {
  const [a, b] = [kind(left), kind(right)];
  if (a === "null" || b === "null") return a === b;
  if (a !== b) return null;
  if (a === "list") return left.length !== right.length ? false : all(left.map((item, at) => equal(item, right[at])));
  if (a !== "object") return left === right;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length || !keys.every((key) => own(right, key))) return false;
  return all(keys.map((key) => equal(left[key], right[key])));
}

function all(answers) {
  if (answers.includes(false)) return false;
  return answers.every((answer) => answer === true) ? true : null;
}

function any(answers) {
  if (answers.includes(true)) return true;
  return answers.every((answer) => answer === false) ? false : null;
}

function compare(operator, left, right) {
  if (operator === "=") return equal(left, right);
  if (operator === "!=") return negated(equal(left, right));
  if (kind(left) !== kind(right) || !["number", "string"].includes(kind(left))) return null;
  const order = left < right ? -1 : left > right ? 1 : 0;
  return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[operator];
}

const negated = (answer) => (typeof answer === "boolean" ? !answer : null);

function arithmetic(operator, left, right) {
  if (operator === "+" && kind(left) === "string" && kind(right) === "string") return left + right;
  if (kind(left) !== "number" || kind(right) !== "number") return null;
  switch (operator) {
    case "+": return round(left + right);
    case "-": return round(left - right);
    case "*": return round(left * right);
    case "/": return right === 0 ? null : round(left / right);
    default: return round(left ** right);
  }
}

const isRange = (value) => value !== null && typeof value === "object" && value.$range === true;

function within(value, range) {
  const above = range.start === null ? true : compare(range.startIncluded ? ">=" : ">", value, range.start);
  const below = range.end === null ? true : compare(range.endIncluded ? "<=" : "<", value, range.end);
  return all([above, below]);
}

function holds(value, target) {
  if (isRange(target)) return within(value, target);
  if (kind(target) !== "list") return equal(value, target);
  if (kind(value) === "list" && equal(value, target)) return true;
  return any(target.map((item) => (isRange(item) ? within(value, item) : kind(value) === kind(item) ? equal(value, item) : false)));
}

function unaryRange(operator, operand) {
  if (operand === null) return null;
  if (operator === "=") return { $range: true, start: operand, end: operand, startIncluded: true, endIncluded: true };
  if (operator[0] === ">") return { $range: true, start: operand, end: null, startIncluded: operator === ">=", endIncluded: false };
  if (operator[0] === "<") return { $range: true, start: null, end: operand, startIncluded: false, endIncluded: operator === "<=" };
  return null;
}

const items = (values) => (values.length === 1 && kind(values[0]) === "list" ? values[0] : values);
const numbers = (values) => {
  const found = items(values);
  return found.length && found.every((item) => kind(item) === "number") ? found : null;
};
const onText = (call) => (...values) => (values.every((value) => kind(value) === "string") ? call(...values) : null);
const extreme = (sign) => (...values) =>
  items(values).reduce((best, item) => (best === undefined ? item : compare(sign, item, best) === true ? item : compare(sign, item, best) === null ? null : best), undefined);

export const FUNCTIONS = {
  not: (value) => negated(value),
  count: (value) => (value === null ? null : kind(value) === "list" ? value.length : 1),
  sum: (...values) => (numbers(values) ? round(numbers(values).reduce((a, b) => a + b, 0)) : null),
  min: extreme("<"),
  max: extreme(">"),
  abs: (value) => (kind(value) === "number" ? Math.abs(value) : null),
  floor: (value) => (kind(value) === "number" ? Math.floor(value) : null),
  ceiling: (value) => (kind(value) === "number" ? Math.ceil(value) : null),
  contains: onText((text, match) => text.includes(match)),
  "starts with": onText((text, match) => text.startsWith(match)),
  "ends with": onText((text, match) => text.endsWith(match)),
  "string length": onText((text) => length(text)),
  "upper case": onText((text) => text.toUpperCase()),
  "lower case": onText((text) => text.toLowerCase()),
  "list contains": (list, element) => (kind(list) === "list" ? list.some((item) => equal(item, element) === true) : null),
};

class Evaluator {
  constructor(functions) {
    this.functions = functions;
    this.steps = 100000; // a form never needs more; a loop in a model must not freeze the page
  }

  value(node, scope) {
    if (--this.steps < 0) throw new FeelUnsupported("too many steps");
    const rule = this[node.node];
    if (!rule) throw new FeelUnsupported(node.node);
    return settle(rule.call(this, node, scope));
  }

  Literal(node) {
    return node.type === "number" ? Number(node.value) : node.value;
  }

  Name(node, scope) {
    return own(scope, node.name) ? scope[node.name] : null;
  }

  Path(node, scope) {
    const step = (value) => {
      if (kind(value) === "list") return value.map(step);
      return kind(value) === "object" && own(value, node.name) ? settle(value[node.name]) : null;
    };
    return step(this.value(node.source, scope));
  }

  And(node, scope) {
    let result = true;
    for (const operand of node.operands) {
      const answer = this.value(operand, scope);
      if (answer === false) return false;
      if (answer !== true) result = null;
    }
    return result;
  }

  Or(node, scope) {
    let result = false;
    for (const operand of node.operands) {
      const answer = this.value(operand, scope);
      if (answer === true) return true;
      if (answer !== false) result = null;
    }
    return result;
  }

  Comparison(node, scope) {
    return compare(node.operator, this.value(node.left, scope), this.value(node.right, scope));
  }

  Between(node, scope) {
    const [low, high] = [this.value(node.low, scope), this.value(node.high, scope)];
    if (low === null || high === null) return null;
    return within(this.value(node.value, scope), { start: low, end: high, startIncluded: true, endIncluded: true });
  }

  In(node, scope) {
    const value = this.value(node.value, scope);
    return any(node.tests.map((test) => this.tested(test, value, scope)));
  }

  tested(test, value, scope) {
    if (test.node === "Test") return compare(test.operator, value, this.value(test.operand, scope));
    const target = this.value(test, scope);
    return target === null && test.node === "RangeOf" ? null : holds(value, target);
  }

  Test(node, scope) {
    return unaryRange(node.operator, this.value(node.operand, scope));
  }

  RangeOf(node, scope) {
    const [start, end] = [this.value(node.start, scope), this.value(node.end, scope)];
    if (start === null || end === null || kind(start) !== kind(end)) return null;
    return { $range: true, start, end, startIncluded: node.start_included, endIncluded: node.end_included };
  }

  Arithmetic(node, scope) {
    return node.operands
      .map((operand) => this.value(operand, scope))
      .reduce((left, right, at) => settle(arithmetic(node.operators[at - 1], left, right)));
  }

  Negation(node, scope) {
    const value = this.value(node.operand, scope);
    return kind(value) === "number" ? -value + 0 : null;
  }

  If(node, scope) {
    return this.value(this.value(node.condition, scope) === true ? node.yes : node.no, scope);
  }

  Quantified(node, scope) {
    const decisive = node.kind === "some";
    const answers = [];
    try {
      this.rounds(node.iterations, scope, (inner) => answers.push(this.value(node.condition, inner)));
    } catch (error) {
      if (error === NO_LIST) return null;
      throw error;
    }
    return decisive ? any(answers) : all(answers);
  }

  For(node, scope) {
    const results = [];
    try {
      this.rounds(node.iterations, scope, (inner) => results.push(this.value(node.body, inner)));
    } catch (error) {
      if (error === NO_LIST) return null;
      throw error;
    }
    return results;
  }

  rounds([first, ...rest], scope, each) {
    if (first.until) throw new FeelUnsupported("range iteration");
    const domain = this.value(first.domain, scope);
    if (domain === null) throw NO_LIST;
    for (const value of kind(domain) === "list" ? domain : [domain]) {
      const inner = { ...scope, [first.name]: settle(value) };
      rest.length ? this.rounds(rest, inner, each) : each(inner);
    }
  }

  Filter(node, scope) {
    const source = this.value(node.source, scope);
    const list = source === null ? [] : kind(source) === "list" ? source : [source];
    const answers = list.map((item) => {
      const entries = kind(item) === "object" ? item : {};
      return this.value(node.condition, { ...scope, item, ...entries });
    });
    const place = list.length ? answers[0] : this.value(node.condition, { ...scope, item: null });
    if (kind(place) === "number") return list[place < 0 ? list.length + place : place - 1];
    return list.filter((_, at) => answers[at] === true);
  }

  ListOf(node, scope) {
    return node.items.map((item) => this.value(item, scope));
  }

  ContextOf(node, scope) {
    const inner = { ...scope };
    const result = Object.create(null);
    node.keys.forEach((key, at) => { result[key] = inner[key] = this.value(node.values[at], inner); });
    return result;
  }

  Call(node, scope) {
    const name = node.function.name;
    if (node.function.node !== "Name" || node.names.length || !own(this.functions, name)) {
      throw new FeelUnsupported(`function ${name}`);
    }
    return this.functions[name](...node.arguments.map((argument) => this.value(argument, scope)));
  }
}

const NO_LIST = Symbol("no list");

/** Return the value of a tree; `functions` adds to the built-in ones. */
export function evaluate(tree, scope, functions = {}) {
  return new Evaluator({ ...FUNCTIONS, ...functions }).value(tree, scope);
}

/** Say whether a condition is true; a tree outside the profile counts as `otherwise`. */
export function holdsTrue(tree, scope, otherwise = true) {
  try {
    return evaluate(tree, scope) === true;
  } catch (error) {
    if (error instanceof FeelUnsupported) return otherwise;
    throw error;
  }
}
