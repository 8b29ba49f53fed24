// The phone beside the form: the page that the server renders from the schema as it stands, in a frame of 390 px.
import { problemOf } from '../../page.js';

const PAUSE = 500;   // milliseconds

export class Phone {
  constructor(draft, root, read) {
    this.draft = draft;
    this.address = root.dataset.preview;
    this.holder = document.getElementById('phone');
    this.read = read;
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    const asked = (this.asked = Symbol('asked'));
    const response = await this.draft.send('POST', this.address, JSON.stringify({ schema: this.read() }), { 'Content-Type': 'application/json', Accept: 'text/html' }).catch(() => null);
    if (!response || asked !== this.asked) return;
    if (response.headers.get('Content-Type')?.startsWith('text/html')) this.show(await response.text());
    else this.holder.dataset.problem = await problemOf(response);
  }

  /** A fresh frame each time: the old one stays until the new one is drawn, and the back button learns nothing of it. */
  show(html) {
    const before = this.holder.querySelector('iframe');
    const frame = Object.assign(document.createElement('iframe'), { title: this.holder.dataset.title, srcdoc: html });
    frame.classList.add('coming');
    frame.addEventListener('load', () => {
      frame.contentWindow.scrollTo(0, before?.contentWindow?.scrollY ?? 0);
      frame.classList.remove('coming');
      for (const old of this.holder.querySelectorAll('iframe')) if (old !== frame) old.remove();
    }, { once: true });
    this.holder.append(frame);
  }
}
