// A long form comes to a phone one section at a time. It stays one form; without scripts, or on a wide screen, it is one page.
import { words } from './page.js';

const MANY = 12;   // fields that a hand and a mind take in at once
const narrow = matchMedia('(max-width: 719px)');
const form = document.querySelector('form.jf-form');
const bar = form?.querySelector('.actions-in');
const submit = bar?.querySelector('button[value=submit]');
const nav = element('nav', 'pills steps no-print');
const back = element('button', 'btn', words.back);
const next = element('button', 'btn primary', words.next);
let sections = [], at = 0;

function element(tag, classes, text = '') {
  const made = document.createElement(tag);
  made.className = classes;
  made.textContent = text;
  if (tag === 'button') made.type = 'button';
  return made;
}

const fieldsOf = box => box.querySelectorAll('input:not([type=hidden]), select, textarea');
const isAsked = field => !field.closest('[data-hidden]');
const namesIn = box => new Set([...fieldsOf(box)].filter(isAsked).map(field => field.name)).size;
const titleOf = box => box.querySelector('legend, .section__title')?.textContent.trim() ?? '';

const rowsOf = frame => [...frame.querySelectorAll(':scope > .rows > fieldset.row')];
const isWhole = frame => frame.querySelector(':scope > fieldset.section, :scope > .rows');

/** Groups and rows of lists are sections of their own; loose fields between them, and what is said before, go together. */
function split() {
  sections = [];
  let loose = null, said = [];
  for (const frame of document.getElementById('form-body').children) {
    const rows = rowsOf(frame);
    if (rows.length) sections.push(...rows.map(row => ({ frame, row, title: titleOf(row), parts: [row, ...said] })));
    else if (isWhole(frame)) sections.push({ title: titleOf(frame), parts: [frame, ...said] });
    else if (loose) { loose.parts.push(frame); continue; }
    else if (!fieldsOf(frame).length) { said.push(frame); continue; }
    else { sections.push(loose = { title: titleOf(frame), parts: [frame, ...said] }); said = []; continue; }
    loose = null; said = [];
  }
  nav.replaceChildren(...sections.map(pill));
}

const isOpen = section => section.parts.some(part => namesIn(part) || part.querySelector(':scope > .rows'));
const following = step => { let n = at + step; while (sections[n] && !isOpen(sections[n])) n += step; return sections[n] ? n : null; };

function show(n) {
  at = n;
  const { frame, row, parts } = sections[n];
  for (const section of sections) for (const part of section.parts) part.toggleAttribute('data-later', !parts.includes(part));
  for (const section of sections) section.frame?.toggleAttribute('data-later', section.frame !== frame);
  frame?.toggleAttribute('data-more', row !== rowsOf(frame).at(-1));
  // In place: a pill that is made anew while a finger is on it never hears the tap.
  for (const [i, made] of [...nav.children].entries()) {
    made.hidden = !isOpen(sections[i]);
    if (i === n) made.setAttribute('aria-current', 'step'); else made.removeAttribute('aria-current');
  }
  const current = nav.querySelector('[aria-current]');
  // Only sideways: scrolling the page while a finger is down would make it miss what it aimed at.
  nav.scrollLeft = current ? current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2 : 0;
  back.hidden = following(-1) === null;
  next.hidden = following(1) === null;
  submit.hidden = !next.hidden;
}

function pill(section, i) {
  const made = element('button', section.parts.some(part => part.querySelector('.field--error')) ? 'late' : '', section.title || `${i + 1}`);
  made.addEventListener('click', () => turn(i));
  return made;
}

function turn(n) {
  show(n);
  form.scrollIntoView({ block: 'start' });
  const title = sections[n].parts[0].querySelector('legend, .section__title');
  title?.setAttribute('tabindex', '-1');
  title?.focus({ preventScroll: true });
}

const active = () => nav.isConnected;
const sectionOf = target => sections.findIndex(section => section.parts.some(part => part.contains(target)));

/** Show the section that holds an element, after rows came or went or a fault is followed. */
export function reveal(target) {
  if (!active()) return;
  split();
  const found = sectionOf(target);
  show(found >= 0 ? found : Math.max(0, sections.findIndex(section => target?.contains(section.parts[0]))));
}

function begin() {
  split();
  if (!narrow.matches || sections.length < 2 || namesIn(document.getElementById('form-body')) <= MANY) return;
  nav.setAttribute('aria-label', words.steps);
  form.prepend(nav);
  bar.prepend(back);
  submit.after(next);
  at = -1;
  const faulty = sectionOf(form.querySelector('.field--error'));
  show(faulty >= 0 ? faulty : following(1) ?? 0);
}

if (form && submit) {
  begin();
  back.addEventListener('click', () => turn(following(-1)));
  next.addEventListener('click', () => turn(following(1)));
  // Enter means the next section until the last one; a scarce signal must not be spent on half a form.
  form.addEventListener('submit', event => {
    if (!active() || next.hidden || event.submitter?.value !== 'submit') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    turn(following(1));
  }, true);
  form.addEventListener('change', () => active() && show(at));   // conditions open and close sections
  document.addEventListener('click', event => {
    const link = event.target.closest?.('.error-summary a[href^="#"]');
    if (link) reveal(document.getElementById(link.hash.slice(1)));
  });
}
