// Dates stand in the reader's words, also where the browser itself speaks another language; typing stays the browser's own.
import { words } from './page.js';

const two = number => String(number).padStart(2, '0');
const language = document.documentElement.lang;

function inWords({ type, value }) {
  if (!value) return type === 'time' ? words.pickTime : words.pickDate;
  if (type === 'time') return value;
  const [day, time = ''] = value.split('T');
  const [year, month, date] = day.split('-').map(Number);
  const written = language.startsWith('zh') ? `${year}年${month}月${date}日` : `${year}-${two(month)}-${two(date)}`;
  return `${written} ${time.slice(0, 5)}`.trim();
}

export function dress(root) {
  for (const input of root.querySelectorAll('input[type=date], input[type=datetime-local], input[type=time]')) {
    if (input.parentElement.classList.contains('dated')) continue;
    const box = Object.assign(document.createElement('span'), { className: 'dated' });
    input.replaceWith(box);
    box.append(input);
    const tell = () => { box.dataset.words = inWords(input); };
    input.addEventListener('input', tell);
    input.addEventListener('change', tell);
    tell();
  }
}

dress(document);
