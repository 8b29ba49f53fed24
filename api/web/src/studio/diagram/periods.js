// ISO 8601 texts as people say them: a number and a unit.
const SHAPES = [
  [/^P(\d+)Y$/, 'years', n => `P${n}Y`],
  [/^P(\d+)M$/, 'months', n => `P${n}M`],
  [/^P(\d+)W$/, 'weeks', n => `P${n}W`],
  [/^P(\d+)D$/, 'days', n => `P${n}D`],
  [/^PT(\d+)H$/, 'hours', n => `PT${n}H`],
  [/^PT(\d+)M$/, 'minutes', n => `PT${n}M`],
];
const CATALOGUE = /^=\s*deadline\("([^"]+)"\)$/;
const WORKING = /^=\s*add working days\((?:now|today)\(\),\s*(\d+)\)$/;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** `PT36H` -> {number: 36, unit: 'hours'}; null where it is no single number and unit. */
export function read(text) {
  const bare = (text ?? '').replace(/^=\s*(?:duration\()?"?(P[^"]*)"?\)?$/, '$1');
  for (const [shape, unit] of SHAPES) {
    const found = shape.exec(bare);
    if (found) return { number: Number(found[1]), unit };
  }
  return null;
}

export const write = ({ number, unit }) => SHAPES.find(([, name]) => name === unit)[2](Math.max(1, Math.round(number) || 1));

/** What a timer says, by the element it stands in: {way, …}. */
export function timer({ timeDate, timeDuration, timeCycle }) {
  const text = (timeDate ?? timeDuration ?? timeCycle ?? '').trim();
  if (!text) return { way: 'none' };
  const code = CATALOGUE.exec(text)?.[1];
  if (code) return { way: 'catalogue', code };
  const working = WORKING.exec(text)?.[1];
  if (working) return { way: 'working', number: Number(working) };
  if (timeDuration !== undefined && read(text)) return { way: 'after', ...read(text) };
  const cycle = /^R(\d*)\/(P.+)$/.exec(text);
  if (timeCycle !== undefined && cycle && read(cycle[2])) return { way: 'every', times: cycle[1] ? Number(cycle[1]) : null, ...read(cycle[2]) };
  if (timeDate !== undefined && DATE.test(text)) return { way: 'at', at: text };
  return { way: 'formula', text };
}

/** The element of the standard and its text for what was chosen. */
export function timed(chosen) {
  switch (chosen.way) {
    case 'catalogue': return ['timeDate', `=deadline("${chosen.code}")`];
    case 'working': return ['timeDate', `=add working days(now(), ${Math.max(1, Math.round(chosen.number) || 1)})`];
    case 'after': return ['timeDuration', write(chosen)];
    case 'every': return ['timeCycle', `R${chosen.times ?? ''}/${write(chosen)}`];
    case 'at': return ['timeDate', chosen.at];
    default: return ['timeDate', chosen.text ?? ''];
  }
}
