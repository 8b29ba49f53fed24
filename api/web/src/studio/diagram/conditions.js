// A condition as rows that staff read, and the FEEL behind it. What is no list of plain comparisons stays a formula.
const ROW = /^([\p{L}_][\p{L}\p{N}_.]*)\s*(!=|<=|>=|=|<|>)\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)$/u;
const GUARD = /^\((.+)\)\s*=\s*true$/s;

/** `a = 1 and b != "x"` -> {join: 'and', rows: [{name, operator, value}], isGuarded}; null where it is more than that. */
export function read(text) {
  let body = (text ?? '').trim().replace(/^=\s*/, '');
  if (!body) return { join: 'and', rows: [], isGuarded: false };
  const guarded = GUARD.exec(body);
  if (guarded && !/[()]/.test(guarded[1])) body = guarded[1];
  const words = split(body);
  if (!words || new Set(words.joins).size > 1) return null;
  const rows = words.parts.map(part => ROW.exec(part.trim()));
  if (rows.includes(null)) return null;
  return { join: words.joins[0] ?? 'and', rows: rows.map(([, name, operator, value]) => ({ name, operator, value })), isGuarded: Boolean(guarded) };
}

/** Parts and the words between them, texts left whole. */
function split(body) {
  const pieces = body.split(/("(?:[^"\\]|\\.)*")/);
  const parts = [''];
  const joins = [];
  pieces.forEach((piece, index) => {
    if (index % 2) { parts[parts.length - 1] += piece; return; }
    piece.split(/\s+(and|or)\s+/).forEach((bit, place) => {
      if (place % 2) { joins.push(bit); parts.push(''); } else parts[parts.length - 1] += bit;
    });
  });
  return parts.every(part => part.trim()) ? { parts, joins } : null;
}

export function write({ join, rows, isGuarded }) {
  const body = rows.map(({ name, operator, value }) => `${name} ${operator} ${value}`).join(` ${join} `);
  if (!body) return '';
  return isGuarded ? `=(${body}) = true` : `=${body}`;
}

/** What a value is written as in FEEL, by the type of its field. */
export function literal(text, type) {
  if (type === 'number') return /^-?\d+(\.\d+)?$/.test(text.trim()) ? text.trim() : '0';
  if (type === 'boolean') return text === 'true' ? 'true' : 'false';
  return text === 'null' ? 'null' : JSON.stringify(text);
}

export function shown(value) {
  if (!value?.startsWith('"')) return value ?? '';
  try { return JSON.parse(value); } catch { return value.slice(1, -1); }
}
