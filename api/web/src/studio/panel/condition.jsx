// A condition in rows: which datum, how it compares, with what. The formula below it shows the same and takes more.
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { literal, read, shown, write } from '../diagram/conditions.js';
import { t } from '../i18n/translate.js';

const OPERATORS = { '=': () => t('等于'), '!=': () => t('不等于'), '>': () => t('大于'), '>=': () => t('不小于'), '<': () => t('小于'), '<=': () => t('不大于') };

export function Condition({ id, get, set, data, disabled, element }) {
  const known = data();
  const condition = read(get(element));
  const [draftRow, setDraftRow] = useState(false);   // a row whose datum is not chosen yet
  if (!condition) {
    return <div class="bio-properties-panel-entry" data-entry-id={id}><p class="jf-note">{t('这个条件不是简单的比较，请在下面的表达式中修改。')}</p></div>;
  }
  const store = change => set(write({ ...condition, ...change }));
  const put = (index, row) => store({ rows: condition.rows.map((one, place) => (place === index ? row : one)) });
  const add = name => { setDraftRow(false); const datum = known.find(one => one.name === name); store({ rows: [...condition.rows, { name, operator: '=', value: first(datum) }] }); };
  return (
    <div class="bio-properties-panel-entry jf-condition" data-entry-id={id}>
      {condition.rows.length > 1 && (
        <select class="bio-properties-panel-input" aria-label={t('各行的关系')} disabled={disabled} value={condition.join} onChange={event => store({ join: event.target.value })}>
          <option value="and">{t('全部满足')}</option><option value="or">{t('满足任意一行')}</option>
        </select>
      )}
      {condition.rows.map((row, index) => (
        <Row key={index} row={row} known={known} disabled={disabled} put={next => put(index, next)} remove={() => store({ rows: condition.rows.filter((_, place) => place !== index) })} />
      ))}
      {(draftRow || !condition.rows.length) && <Names known={known} value="" disabled={disabled} onChange={add} />}
      {!draftRow && condition.rows.length > 0 && <button type="button" class="jf-add" disabled={disabled} onClick={() => setDraftRow(true)}>{t('再加一行')}</button>}
    </div>
  );
}

function Row({ row, known, put, remove, disabled }) {
  const datum = known.find(one => one.name === row.name);
  return (
    <div class="jf-row">
      <Names known={known} value={row.name} disabled={disabled} onChange={name => put({ ...row, name, value: first(known.find(one => one.name === name)) })} />
      <div class="jf-compare">
        <select class="bio-properties-panel-input" aria-label={t('比较')} disabled={disabled} value={row.operator} onChange={event => put({ ...row, operator: event.target.value })}>
          {Object.entries(OPERATORS).map(([sign, words]) => <option key={sign} value={sign}>{words()}</option>)}
        </select>
        <Value row={row} datum={datum} disabled={disabled} put={put} />
        <button type="button" disabled={disabled} aria-label={t('删除这一行')} onClick={remove}>×</button>
      </div>
    </div>
  );
}

function Names({ known, value, onChange, disabled }) {
  const steps = [...new Set(known.map(one => one.from))];
  const isKnown = !value || known.some(one => one.name === value);
  return (
    <select class="bio-properties-panel-input" aria-label={t('数据')} disabled={disabled} value={value} onChange={event => event.target.value && onChange(event.target.value)}>
      <option value="">{t('选择数据…')}</option>
      {!isKnown && <option value={value}>{value}</option>}
      {steps.map(from => <optgroup key={from} label={from}>{known.filter(one => one.from === from).map(one => <option key={one.name} value={one.name}>{one.label ? `${one.label}（${one.name}）` : one.name}</option>)}</optgroup>)}
    </select>
  );
}

function Value({ row, datum, put, disabled }) {
  const choices = choicesOf(datum, row.value);
  const label = t('与之比较的值');
  if (choices) {
    return <select class="bio-properties-panel-input" aria-label={label} disabled={disabled} value={row.value} onChange={event => put({ ...row, value: event.target.value })}>{choices.map(([value, words]) => <option key={value} value={value}>{words}</option>)}</select>;
  }
  const type = datum?.type || (/^-?\d/.test(row.value) ? 'number' : 'string');
  return <input class="bio-properties-panel-input" type={type === 'number' ? 'number' : 'text'} step="any" aria-label={label} disabled={disabled} value={shown(row.value)} onChange={event => put({ ...row, value: literal(event.target.value, type) })} />;
}

function choicesOf(datum, value) {
  const empty = [['null', t('（未填）')]];
  if (datum?.options?.length) {
    const offered = [...datum.options.map(one => [JSON.stringify(one.value), one.label]), ...empty];
    return offered.some(([one]) => one === value) ? offered : [[value, shown(value)], ...offered];
  }
  if (datum?.type === 'boolean' || value === 'true' || value === 'false') return [['true', t('是')], ['false', t('否')], ...empty];
  return value === 'null' && !datum?.type ? empty : null;
}

const first = datum => (datum?.options?.length ? JSON.stringify(datum.options[0].value) : datum?.type === 'boolean' ? 'true' : datum?.type === 'number' ? '0' : '""');
