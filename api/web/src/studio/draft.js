// One file of a draft: read it, save it on every pause, hold the right to edit it, and say in words how it stands.
import { csrf, problemOf } from '../page.js';
import { t } from './i18n/translate.js';

const PAUSE = 1200;          // milliseconds without a change until a save
const RENEWAL = 60_000;      // how often the right to edit is renewed
const RETRY = 5_000;         // how long until an unreachable server is asked again

const clockTime = () => new Date().toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
/** A new key; `crypto.randomUUID` is missing where a station's intranet speaks plain HTTP. */
const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
const address = path => path.split('/').map(encodeURIComponent).join('/');

/** Who holds the draft, in words; nothing was sent, so nothing is said of what becomes of it. */
async function sentenceOf(response) {
  const problem = await response.json().catch(() => ({}));
  const { editor } = problem;
  if (!editor) return problem.detail ?? t('没有成功，请稍后再试。');
  const since = new Date(editor.since).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false });
  return t('{name} 从 {since} 起正在编辑这份草稿，您可以查看。需要修改时请与对方联系，或说明理由后接手。', { name: editor.name, since });
}

export class Draft {
  /** `write` gives the file's text as it stands now; `onMode` hears whether editing is allowed. */
  constructor(root, { write, onMode = () => {} }) {
    const { draft, path, mayEdit } = root.dataset;
    this.base = `/v2/drafts/${encodeURIComponent(draft)}`;
    this.id = draft;
    this.path = path;
    this.file = `${this.base}/files/${address(path)}`;
    this.write = write;
    this.onMode = onMode;
    this.isAllowed = mayEdit === 'true';
    this.mayEdit = false;
    this.isDirty = false;
    this.status = document.getElementById('save-state');
    this.notice = document.getElementById('edit-notice');
    addEventListener('beforeunload', event => { if (this.isDirty && this.mayEdit) { event.preventDefault(); event.returnValue = ''; } });
    addEventListener('offline', () => this.say(this.isDirty ? t('没有网络：修改还在本页，恢复后自动保存') : t('没有网络')));
    addEventListener('online', () => (this.isDirty ? this.save() : this.say('')));
  }

  send(method, url, body, headers = {}) {
    const isChange = method !== 'GET';
    const sent = isChange ? { 'X-CSRF-Token': csrf(), ...(method === 'POST' ? { 'Idempotency-Key': fresh() } : {}) } : {};
    return fetch(url, { method, body, credentials: 'same-origin', headers: { Accept: 'application/json', ...sent, ...headers } });
  }

  /** Where a file of this draft is edited. */
  pageOf(path) { return `/studio/${encodeURIComponent(this.id)}/edit/${address(path)}`; }

  post(url, body = {}) {
    return this.send('POST', url, JSON.stringify(body), { 'Content-Type': 'application/json' });
  }

  async open() {
    const response = await this.send('GET', this.file);
    const isNew = response.status === 404;   // the page would not be here if it could not begin empty
    if (!response.ok && !isNew) throw new Error(await problemOf(response));
    this.tag = isNew ? '"0"' : response.headers.get('ETag');
    const text = isNew ? '' : await response.text();
    await this.hold();
    setInterval(() => this.mayEdit && this.hold(), RENEWAL);
    return text;
  }

  /** Ask for the right to edit, or renew it; without it the page is for reading. */
  async hold() {
    if (!this.isAllowed) { this.mode(false); return; }
    const response = await this.post(`${this.base}/editing`).catch(() => null);
    if (response?.ok) this.mode(true);
    else if (response) this.lost(await sentenceOf(response));
  }

  /** What the other person saved last is what goes on; they are told why. */
  async takeOver(reason) {
    const response = await this.post(`${this.base}/takeover`, { reason });
    if (!response.ok) { this.lost(await problemOf(response)); return; }
    this.isDirty = false;
    location.reload();
  }

  mode(mayEdit) {
    if (mayEdit && !this.mayEdit) this.tell('', []);
    if (this.mayEdit === mayEdit && this.isModeKnown) return;
    this.isModeKnown = true;
    this.mayEdit = mayEdit;
    document.body.classList.toggle('reading', !mayEdit);
    this.onMode(mayEdit);
  }

  /** Somebody else edits: say who, keep what is here, offer both ways on. */
  lost(sentence) {
    this.mode(false);
    this.tell(sentence, this.isDirty ? [[t('下载我未保存的修改'), () => this.download()]] : []);
    const field = Object.assign(document.createElement('label'), { textContent: t('接手的理由') });
    const reason = Object.assign(document.createElement('input'), { type: 'text', maxLength: 500 });
    field.append(reason);
    this.notice.append(field, this.way(t('由我接手编辑'), () => this.takeOver(reason.value.trim())));
  }

  changed() {
    if (!this.mayEdit) return;
    this.isDirty = true;
    this.version = (this.version ?? 0) + 1;
    this.say(t('有修改尚未保存'));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    clearTimeout(this.timer);
    if (!this.isDirty || !this.mayEdit || this.isSaving) return;
    this.isSaving = true;
    const version = this.version;
    this.say(t('正在保存…'));
    try { await this.put(version); } finally { this.isSaving = false; }
    if (this.isDirty && this.mayEdit && this.version !== version) this.save();
  }

  async put(version) {
    let response;
    try {
      response = await this.send('PUT', this.file, await this.write(), { 'If-Match': this.tag, 'Content-Type': 'application/octet-stream' });
    } catch {
      this.say(t('没有网络：修改还在本页，恢复后自动保存'));
      this.timer = setTimeout(() => this.save(), RETRY);
      return;
    }
    if (response.ok) this.saved(response, version);
    else if (response.status === 412) this.stale(await problemOf(response));
    else if (response.status === 409) { this.say(t('没有保存')); this.lost(await problemOf(response)); }
    else this.refused(await problemOf(response));
  }

  saved(response, version) {
    this.tag = response.headers.get('ETag') ?? this.tag;
    this.isDirty = this.version !== version;
    this.say(t('已保存 {at}', { at: clockTime() }));
    this.onSaved?.();
  }

  stale(sentence) {
    this.mode(false);
    this.say(t('没有保存'));
    this.tell(sentence, [[t('下载我未保存的修改'), () => this.download()], [t('打开最新的内容'), () => { this.isDirty = false; location.reload(); }]]);
  }

  refused(sentence) {
    this.say(t('没有保存'));
    this.tell(sentence, [[t('再试一次'), () => this.save()], [t('下载我未保存的修改'), () => this.download()]]);
  }

  async download() {
    save(this.path.split('/').pop(), await this.write());
  }

  say(text) { this.status.textContent = text; }

  tell(sentence, ways) {
    this.notice.hidden = !sentence;
    this.notice.replaceChildren();
    if (!sentence) return;
    this.notice.append(Object.assign(document.createElement('p'), { textContent: sentence }));
    for (const [label, act] of ways) this.notice.append(this.way(label, act));
  }

  way(label, act) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'btn small', textContent: label });
    button.addEventListener('click', act);
    return button;
  }
}

/** Hand the person a file. */
export function save(name, text, type = 'application/octet-stream') {
  const link = Object.assign(document.createElement('a'), { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** What the draft and the law pack know: roles, forms, papers, periods, decisions, processes, sources. */
export async function vocabulary(root) {
  const response = await fetch(root.dataset.vocabulary, { credentials: 'same-origin' });
  if (!response.ok) throw new Error(await problemOf(response));
  return response.json();
}
