// The kinds of field in the panel. Each entry names one of these components and brings its own `get` and `set`;
// the components themselves never change between renderings, or a field would lose the cursor.
import { FeelEntry, NumberFieldEntry, SelectEntry, TextAreaEntry, TextFieldEntry, ToggleSwitchEntry } from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { t } from '../i18n/translate.js';

const plain = ({ element, id, label, description, get, set, debounce, disabled }) => ({ element, id, label, description, disabled, debounce, getValue: get, setValue: set });

export function Text(props) {
  return <TextFieldEntry {...plain({ ...props, debounce: useService('debounceInput') })} />;
}

export function Lines(props) {
  return <TextAreaEntry {...plain({ ...props, debounce: useService('debounceInput') })} rows={props.rows ?? 2} monospace={props.monospace} autoResize />;
}

export function Count(props) {
  return <NumberFieldEntry {...plain({ ...props, debounce: useService('debounceInput') })} min={props.min ?? 1} />;
}

export function Switch(props) {
  return <ToggleSwitchEntry {...plain(props)} switcherLabel={props.words} inline />;
}

export function Choice(props) {
  return <SelectEntry {...plain({ ...props, debounce: null })} getOptions={() => offered(props)} />;
}

/** What may be chosen; a value that the draft does not know is shown as such and kept. */
function offered({ options, get, element, none }) {
  const list = options();
  const now = get(element);
  const isKnown = !now || list.some(one => one.value === now || one.children?.some(child => child.value === now));
  return [...(none === false ? [] : [{ value: '', label: none ?? t('（无）') }]), ...list, ...(isKnown ? [] : [{ value: now, label: t('{value}（本草稿中没有）', { value: now }) }])];
}

/** FEEL with completion of the data known here. */
export function Formula(props) {
  const variables = (props.data?.() ?? []).map(({ name, label }) => ({ name, detail: label }));
  return <FeelEntry {...plain({ ...props, debounce: useService('debounceInput') })} feel="required" variables={variables} translate={useService('translate')} />;
}

/** A word that takes effect when the field is left: each stroke would make a message of its own. */
export function Word({ id, label, description, get, set, element, disabled, known }) {
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <label class="bio-properties-panel-label" for={`jf-${id}`}>{label}</label>
      <input id={`jf-${id}`} class="bio-properties-panel-input" type="text" list={known ? `jf-${id}-known` : undefined} disabled={disabled} value={get(element)} onChange={event => set(event.target.value.trim())} />
      {known && <datalist id={`jf-${id}-known`}>{known().map(one => <option key={one} value={one} />)}</datalist>}
      {description && <div class="bio-properties-panel-description">{description}</div>}
    </div>
  );
}

/** Several of a list: chips with a cross, and a list to add from. */
export function Many({ id, label, description, options, get, set, element, disabled }) {
  const chosen = (get(element) ?? '').split(/\s+/).filter(Boolean);
  const all = options();
  const name = value => all.find(one => one.value === value)?.label ?? t('{value}（本草稿中没有）', { value });
  const write = values => set(values.join(' ') || undefined);
  return (
    <div class="bio-properties-panel-entry" data-entry-id={id}>
      <label class="bio-properties-panel-label" for={`jf-${id}`}>{label}</label>
      <ul class="jf-chips">
        {chosen.map(value => (
          <li key={value}>{name(value)}<button type="button" disabled={disabled} aria-label={t('去掉 {name}', { name: name(value) })} onClick={() => write(chosen.filter(one => one !== value))}>×</button></li>
        ))}
      </ul>
      <select id={`jf-${id}`} class="bio-properties-panel-input" disabled={disabled} value="" onChange={event => { write([...chosen, event.target.value]); event.target.value = ''; }}>
        <option value="">{t('添加…')}</option>
        {all.filter(one => !chosen.includes(one.value)).map(one => <option key={one.value} value={one.value}>{one.label}</option>)}
      </select>
      {description && <div class="bio-properties-panel-description">{description}</div>}
    </div>
  );
}

/** Read-only facts: [[word, value]]. */
export function Facts({ id, facts, note }) {
  return (
    <div class="bio-properties-panel-entry jf-facts" data-entry-id={id}>
      <dl>{facts().map(([word, value]) => [<dt key={word}>{word}</dt>, <dd key={`${word}=`}>{value}</dd>])}</dl>
      {note?.() && <p class="jf-lock">{note()}</p>}
    </div>
  );
}

/** Ways to another page, opened beside this one so that nothing here is lost. */
export function Links({ id, links }) {
  return <div class="bio-properties-panel-entry jf-links" data-entry-id={id}>{links().map(({ href, label }) => <a key={href} href={href} target="_blank" rel="noopener">{label}</a>)}</div>;
}
