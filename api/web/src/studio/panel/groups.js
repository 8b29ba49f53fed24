// Which fields an element has, in the words of the people who run the procedure.
import { available } from '../diagram/data.js';
import { t } from '../i18n/translate.js';
import { Choice, Count, Facts, Formula, Lines, Links, Many, Switch, Text, Word } from './entries.jsx';
import { Condition } from './condition.jsx';
import { Timer } from './timer.jsx';
import { bo, definition, described, is, isAny } from './model.js';

const ACTIVITY = ['bpmn:Activity'];

/** Builds the groups of one element from the model and what the draft knows. */
export class Groups {
  constructor(model, words, isDisabled) {
    this.model = model;
    this.words = words;
    this.isDisabled = isDisabled;
  }

  of(element) {
    if (element.type === 'label') return this.of(element.labelTarget);
    const made = [this.general(element), this.process(element), this.handling(element), this.formAndPapers(element), this.work(element), this.calls(element), this.script(element), this.event(element), this.flow(element), this.repetition(element), this.deadline(element), this.data(element), this.basis(element), this.expert(element)];
    return made.filter(Boolean);
  }

  group(element, id, label, entries, more = {}) {
    const shown = entries.filter(Boolean).map(one => ({ element, disabled: this.isDisabled(), isEdited: one.isEdited ?? (() => false), ...one }));
    return shown.length ? { id: `jf-${id}`, label, entries: shown, ...more } : null;
  }

  attribute(element, name, component, label, more = {}) {
    return { id: name, component, label, ...this.model.attribute(element, described(element), `jf:${name}`), ...more };
  }

  known = element => () => available(element, { forms: this.words.forms, foreign: this.words.foreign });

  general(element) {
    const object = described(element);
    const word = is(element, 'bpmn:SequenceFlow') ? t('连线上的文字') : t('名称');
    return this.group(element, 'general', t('基本信息'), [
      is(element, 'bpmn:TextAnnotation')
        ? { id: 'text', component: Lines, label: t('注释'), ...this.model.attribute(element, object, 'text') }
        : { id: 'name', component: Text, label: word, get: () => bo(element).get('name') ?? '', set: name => this.model.modeling.updateProperties(element, { name }) },
      { id: 'documentation', component: Lines, label: t('说明'), ...this.model.documentation(element, object), rows: 3 },
    ], { shouldOpen: true });
  }

  process(element) {
    const object = described(element);
    if (object.$type !== 'bpmn:Process') return null;
    return this.group(element, 'process', t('流程'), [
      this.attribute(element, 'starters', Many, t('谁可以发起'), { options: () => this.words.roles }),
      this.attribute(element, 'title', Formula, t('案件标题'), { data: this.known(element), description: t('表达式：每个案件的标题由此得出') }),
      this.attribute(element, 'each', Choice, t('按单位各发起一个'), { options: () => this.words.each, none: t('否') }),
    ], { shouldOpen: true });
  }

  handling(element) {
    if (!isAny(element, ['bpmn:UserTask', 'bpmn:StartEvent'])) return null;
    const isTask = is(element, 'bpmn:UserTask');
    return this.group(element, 'handling', t('由谁办理'), [
      this.attribute(element, 'roles', Many, t('角色'), { options: () => this.words.roles, description: t('这些角色的人都可以办理') }),
      this.attribute(element, 'at', Choice, t('哪个单位'), { options: () => this.words.slots, none: t('案件涉及的任一单位') }),
      isTask && this.attribute(element, 'notBy', Many, t('不得与这些步骤同一人'), { options: () => this.model.others(element, 'bpmn:UserTask') }),
      isTask && this.attribute(element, 'assignee', Formula, t('指定的人（表达式）'), { data: this.known(element) }),
      isTask && this.attribute(element, 'priority', Count, t('优先级'), { min: 0, ...numeric(this.model.attribute(element, bo(element), 'jf:priority')) }),
    ], { shouldOpen: true });
  }

  formAndPapers(element) {
    const holdsForm = isAny(element, ['bpmn:UserTask', 'bpmn:StartEvent']);
    const makesPapers = isAny(element, ['bpmn:UserTask', 'bpmn:ServiceTask', 'bpmn:SendTask']);
    if (!holdsForm && !makesPapers) return null;
    const form = () => this.words.forms.find(one => one.id === bo(element).get('jf:form'));
    return this.group(element, 'form', t('表单和文书'), [
      holdsForm && this.attribute(element, 'form', Choice, t('表单'), { options: () => this.words.forms.map(one => ({ value: one.id, label: `${one.title}（${one.id}）` })) }),
      holdsForm && { id: 'form-links', component: Links, links: () => [form()?.edit && { href: form().edit, label: t('修改这个表单') }, this.words.newForm && { href: this.words.newForm, label: t('新建表单') }].filter(Boolean) },
      makesPapers && this.attribute(element, 'papers', Many, t('制作文书'), { options: () => this.words.papers }),
      is(element, 'bpmn:UserTask') && this.attribute(element, 'signs', Many, t('签署文书'), { options: () => this.words.papers }),
    ], { shouldOpen: true });
  }

  work(element) {
    if (is(element, 'bpmn:BusinessRuleTask')) {
      const table = () => this.words.decisions.find(one => one.value === bo(element).get('jf:decision'));
      return this.group(element, 'decision', t('决策'), [
        this.attribute(element, 'decision', Choice, t('按哪张决策表'), { options: () => this.words.decisions }),
        { id: 'decision-links', component: Links, links: () => (table()?.edit ? [{ href: table().edit, label: t('打开这张决策表') }] : []) },
        this.attribute(element, 'result', Text, t('结果存入')),
      ], { shouldOpen: true });
    }
    if (!isAny(element, ['bpmn:ServiceTask', 'bpmn:SendTask'])) return null;
    return this.group(element, 'operation', t('系统做什么'), [this.attribute(element, 'operation', Choice, t('操作'), { options: () => this.words.operations })], { shouldOpen: true });
  }

  calls(element) {
    if (!is(element, 'bpmn:CallActivity')) return null;
    const called = () => this.words.processes.find(one => one.value === bo(element).get('calledElement'));
    return this.group(element, 'call', t('调用的流程'), [
      { id: 'calledElement', component: Choice, label: t('流程'), options: () => this.words.processes, ...this.model.attribute(element, bo(element), 'calledElement') },
      { id: 'call-links', component: Links, links: () => (called()?.edit ? [{ href: called().edit, label: t('打开这个流程') }] : []) },
    ], { shouldOpen: true });
  }

  script(element) {
    if (!is(element, 'bpmn:ScriptTask')) return null;
    return this.group(element, 'script', t('计算'), [
      { id: 'script', component: Lines, label: t('每行一个：变量 = 表达式'), rows: 4, monospace: true, ...this.model.attribute(element, bo(element), 'script') },
    ], { shouldOpen: true });
  }

  event(element) {
    const entries = [...this.timer(element), ...this.message(element), ...this.signals(element), ...this.conditional(element), ...this.boundary(element)];
    return this.group(element, 'event', t('事件'), entries, { shouldOpen: true });
  }

  timer(element) {
    const held = definition(element, 'Timer');
    if (!held) return [];
    const kinds = ['timeDate', 'timeDuration', 'timeCycle'];
    const get = () => Object.fromEntries(kinds.map(kind => [kind, held.get(kind)?.get('body')]));
    const set = ([kind, text]) => this.model.update(element, held, { ...Object.fromEntries(kinds.map(one => [one, undefined])), [kind]: this.model.made('bpmn:FormalExpression', { body: text }, held) });
    const code = () => /deadline\("([^"]+)"\)/.exec(get().timeDate ?? '')?.[1];
    return [{ id: 'timer', component: Timer, get, set, deadlines: this.words.deadlines.map(one => ({ value: one.code, label: one.words })) }, this.facts(code, 'timer-facts')];
  }

  message(element) {
    const holder = definition(element, 'Message') ?? (isAny(element, ['bpmn:ReceiveTask', 'bpmn:SendTask']) ? bo(element) : null);
    if (!holder) return [];
    const reference = this.model.named(element, holder, 'messageRef', 'bpmn:Message');
    const names = () => [...new Set([...this.words.messages, ...this.model.names(element, 'bpmn:Message')])].sort().map(value => ({ value, label: value }));
    return [
      { id: 'message', component: Choice, label: t('消息'), options: names, ...reference },
      { id: 'message-new', component: Word, label: t('另起一个消息名'), description: t('写好后即选用'), get: () => '', set: value => value && reference.set(value) },
      this.attribute(element, 'correlationKey', Formula, t('按什么对应到案件'), { data: this.known(element), description: t('表达式；不填即按案件编号') }),
    ];
  }

  signals(element) {
    const found = [['Signal', 'signalRef', 'name', t('信号')], ['Error', 'errorRef', 'errorCode', t('错误代码')], ['Escalation', 'escalationRef', 'escalationCode', t('升级代码')]];
    const entries = found.flatMap(([type, reference, property, label]) => {
      const held = definition(element, type);
      return held ? [{ id: reference, component: Word, label, known: () => this.model.names(element, `bpmn:${type}`, property), ...this.model.named(element, held, reference, `bpmn:${type}`, property) }] : [];
    });
    const link = definition(element, 'Link');
    return link ? [...entries, { id: 'link', component: Text, label: t('链接名称'), description: t('与另一端的名称相同即接通'), ...this.model.attribute(element, link, 'name') }] : entries;
  }

  conditional(element) {
    const held = definition(element, 'Conditional');
    return held ? this.condition(element, this.model.expression(element, held, 'condition')) : [];
  }

  condition(element, { get, set }) {
    const data = this.known(element);
    return [
      { id: 'condition', component: Condition, data, get, set },
      { id: 'condition-feel', component: Formula, label: t('表达式（FEEL）'), data, get: () => get().replace(/^=/, ''), set: value => set(value ? `=${value.replace(/^=/, '')}` : '') },
    ];
  }

  boundary(element) {
    if (!is(element, 'bpmn:BoundaryEvent') || definition(element, 'Error')) return [];
    return [{ id: 'cancelActivity', component: Switch, label: t('发生时终止所在步骤'), get: () => bo(element).get('cancelActivity') !== false, set: value => this.model.modeling.updateProperties(element, { cancelActivity: value }) }];
  }

  flow(element) {
    if (!is(element, 'bpmn:SequenceFlow')) return null;
    const source = element.source;
    const decides = isAny(source, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway', 'bpmn:Activity']) && source.outgoing.filter(one => is(one, 'bpmn:SequenceFlow')).length > 1;
    if (!decides && !bo(element).get('conditionExpression')) return null;
    const isDefault = () => bo(source).get('default') === bo(element);
    const toggle = { id: 'default', component: Switch, label: t('其他条件都不满足时走这条'), get: isDefault, set: value => this.model.modeling.updateProperties(source, { default: value ? bo(element) : undefined }) };
    return this.group(element, 'condition', t('什么情况下走这条'), [toggle, ...(isDefault() ? [] : this.condition(element, this.model.expression(element, bo(element), 'conditionExpression')))], { shouldOpen: true });
  }

  repetition(element) {
    const loop = is(element, 'bpmn:Activity') && bo(element).get('loopCharacteristics');
    if (!loop || loop.$type !== 'bpmn:MultiInstanceLoopCharacteristics') return null;
    const of = (name, component, label, more) => ({ id: `loop-${name}`, component, label, ...this.model.attribute(element, held(element, loop, name), `jf:${name}`), ...more });
    return this.group(element, 'repetition', t('逐项办理'), [
      { id: 'sequential', component: Switch, label: t('一项办完再办下一项'), get: () => Boolean(loop.get('isSequential')), set: value => this.model.update(element, loop, { isSequential: value }) },
      of('collection', Formula, t('对哪个清单的每一项'), { data: this.known(element) }),
      of('element', Text, t('每一项叫作')),
      { id: 'loopCardinality', component: Formula, label: t('或者固定次数'), data: this.known(element), ...bare(this.model.expression(element, loop, 'loopCardinality')) },
      { id: 'completionCondition', component: Formula, label: t('满足时提前结束'), data: this.known(element), ...bare(this.model.expression(element, loop, 'completionCondition')) },
      of('outputCollection', Text, t('结果清单叫作')),
      of('outputElement', Formula, t('每一项的结果'), { data: this.known(element) }),
    ], { shouldOpen: true });
  }

  deadline(element) {
    if (!isAny(element, [...ACTIVITY, 'bpmn:Event'])) return null;
    const code = () => bo(element).get('jf:deadline');
    const options = () => this.words.deadlines.map(one => ({ value: one.code, label: one.words }));
    const extending = Boolean(bo(element).get('jf:extends'));
    return this.group(element, 'deadline', t('办理时限'), [
      this.attribute(element, 'deadline', Choice, t('时限'), { options }),
      this.facts(code, 'deadline-facts'),
      code() && this.attribute(element, 'deadlineFrom', Formula, t('从什么时候起算'), { data: this.known(element), description: t('不填即从到达这一步起算') }),
      this.attribute(element, 'pauses', Many, t('停在这一步期间暂停计算'), { options }),
      is(element, 'bpmn:Activity') && this.attribute(element, 'extends', Many, t('办完后延长'), { options }),
      extending && this.attribute(element, 'extendsWhen', Formula, t('只在此时延长'), { data: this.known(element) }),
      extending && this.attribute(element, 'extendsBy', Formula, t('延长多少'), { data: this.known(element) }),
    ], { shouldOpen: Boolean(code()) });
  }

  facts(code, id) {
    const period = this.words.deadlines.find(one => one.code === code());
    if (!period) return null;
    return { id, component: Facts, facts: () => period.facts, note: () => period.note };
  }

  data(element) {
    if (!is(element, 'bpmn:Activity') || isAny(element, ['bpmn:ScriptTask', 'bpmn:SubProcess'])) return null;
    const lines = (type, id, label) => ({ id, component: Lines, label, monospace: true, ...this.model.mappings(element, type) });
    return this.group(element, 'data', t('数据进出'), [
      lines('jf:Input', 'inputs', t('带入（每行一个：变量 = 表达式）')),
      lines('jf:Output', 'outputs', t('带出（每行一个：变量 = 表达式）')),
    ]);
  }

  basis(element) {
    if (!isAny(element, [...ACTIVITY, 'bpmn:Event', 'bpmn:SequenceFlow', 'bpmn:Process', 'bpmn:Participant'])) return null;
    return this.group(element, 'basis', t('法律依据'), [this.attribute(element, 'source', Many, t('条文'), { options: () => this.words.sources })]);
  }

  expert(element) {
    const object = described(element);
    const rename = id => { if (/^[A-Za-z_][\w.-]*$/.test(id ?? '') && !this.taken(element, id)) this.model.modeling.updateProperties(element, { id }); };
    return this.group(element, 'expert', t('高级'), [
      { id: 'id', component: Word, label: t('标识'), description: t('字母开头；保存的案件按它认出这一步，正在使用时不要改'), get: () => object.id, set: rename, ...(is(element, 'bpmn:Participant') ? { disabled: true } : {}) },
    ]);
  }

  taken(element, id) { return this.model.registry.get(id) !== undefined && this.model.registry.get(id) !== element; }
}

/** Attributes of a repetition stand on its marker or on the activity; where they are is where they stay. */
const held = (element, loop, name) => (loop.get(`jf:${name}`) !== undefined || bo(element).get(`jf:${name}`) === undefined ? loop : bo(element));

const bare = ({ get, set }) => ({ get: () => get().replace(/^=/, ''), set: value => set(value ? `=${value.replace(/^=/, '')}` : '') });

const numeric = ({ get, set }) => ({ get: () => (get() === '' ? undefined : Number(get())), set: value => set(value === undefined || value === '' ? undefined : String(value)) });
