// When a timer event happens, without ISO 8601: a period of the catalogue, a number and a unit, a moment, a rhythm, or a formula.
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { timer, timed } from '../diagram/periods.js';
import { t } from '../i18n/translate.js';

const WAYS = {
  catalogue: () => t('按时限目录'), after: () => t('过一段时间'), working: () => t('过若干个工作日'), at: () => t('到某一时刻'), every: () => t('每隔一段时间'), formula: () => t('按表达式'),
};
const FRESH = { working: { number: 3 }, after: { number: 3, unit: 'days' }, every: { number: 1, unit: 'days', times: null }, at: { at: '' } };
const UNITS = { minutes: () => t('分钟'), hours: () => t('小时'), days: () => t('日（自然日）'), weeks: () => t('周'), months: () => t('个月'), years: () => t('年') };

export function Timer({ id, element, get, set, deadlines, disabled }) {
  const [spelled, setSpelled] = useState(null);   // the event whose formula is wanted, whatever it could be read as
  const read = timer(get(element));
  const now = spelled === element ? { way: 'formula', text: Object.values(get(element)).find(Boolean) ?? '' } : read;
  const store = change => set(timed({ ...now, ...change }));
  const choose = way => {
    setSpelled(way === 'formula' ? element : null);
    if (way !== 'formula') set(timed(way === 'catalogue' ? { way, code: deadlines[0]?.value ?? '' } : { way, ...FRESH[way] }));
  };
  return (
    <div class="bio-properties-panel-entry jf-timer" data-entry-id={id}>
      <label class="bio-properties-panel-label" for={`jf-${id}`}>{t('什么时候')}</label>
      <select id={`jf-${id}`} class="bio-properties-panel-input" disabled={disabled} value={now.way} onChange={event => choose(event.target.value)}>
        {now.way === 'none' && <option value="none">{t('请选择')}</option>}
        {Object.entries(WAYS).map(([way, words]) => <option key={way} value={way}>{words()}</option>)}
      </select>
      {now.way === 'catalogue' && <Select label={t('时限')} value={now.code} options={known(deadlines, now.code)} disabled={disabled} onChange={code => store({ code })} />}
      {'number' in now && (
        <div class="jf-compare">
          <Input label={t('数量')} type="number" min="1" value={now.number} disabled={disabled} onChange={number => store({ number: Number(number) })} />
          {'unit' in now
            ? <Select label={t('单位')} value={now.unit} options={Object.entries(UNITS).map(([value, words]) => ({ value, label: words() }))} disabled={disabled} onChange={unit => store({ unit })} />
            : <span>{t('个工作日')}</span>}
        </div>
      )}
      {now.way === 'every' && <Input label={t('次数（不填为不限）')} type="number" min="1" value={now.times ?? ''} disabled={disabled} onChange={times => store({ times: times ? Number(times) : null })} />}
      {now.way === 'at' && <Input label={t('时刻')} type="datetime-local" value={now.at.slice(0, 16)} disabled={disabled} onChange={at => at && store({ at: `${at}:00+08:00` })} />}
      {now.way === 'formula' && <Input label={t('表达式（FEEL）')} type="text" value={now.text} disabled={disabled} onChange={text => store({ text })} />}
    </div>
  );
}

const known = (deadlines, code) => (deadlines.some(one => one.value === code) ? deadlines : [{ value: code, label: t('{value}（目录中没有）', { value: code }) }, ...deadlines]);

function Select({ label, value, options, onChange, disabled }) {
  return <select class="bio-properties-panel-input" aria-label={label} value={value} disabled={disabled} onChange={event => onChange(event.target.value)}>{options.map(one => <option key={one.value} value={one.value}>{one.label}</option>)}</select>;
}

function Input({ label, onChange, ...rest }) {
  return <input class="bio-properties-panel-input" aria-label={label} placeholder={label} {...rest} onChange={event => onChange(event.target.value)} />;
}
