// A chat to lay over the picture, as a browser source of OBS. Dressed by what stands in its URL.

import { Element, html, nothing, show } from './element.js';
import { ChatFeed } from './chat-feed.js';
import { line } from './chat-line.js';
import { people, relay } from './origin.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { initialData } from './site.js';
import { stamp } from './time.js';

const COLOUR = /^(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const given = new URLSearchParams(location.search);

/** A number within its bounds; what is none is as usual. */
function number(name, usual, least, most) {
  const value = Number(given.get(name)?.trim() || usual);
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : usual;
}

const isOn = (name) => given.get(name) !== '0';

class Overlay extends Element {
  #feed = null;
  #most = number('max', 12, 1, 50);
  #fade = number('fade', 0, 0, 3_600);

  connectedCallback() {
    super.connectedCallback();
    const { pubkey, stream_id: id } = initialData();
    this.#feed = new ChatFeed(relay, pubkey, id);
    this.host = pubkey;
    this.#dress();
    this.listen(this.#feed, 'change', () => this.requestUpdate());
    this.listen(people, 'change', () => this.requestUpdate());
    this.until(() => this.#feed.close());
    if (this.#fade > 0) this.every(1_000, () => this.requestUpdate());
  }

  #dress() {
    const { style, classList } = document.documentElement;
    style.setProperty('--size', `${number('size', 20, 8, 96)}px`);
    for (const name of ['color', 'background', 'shadow']) {
      const value = given.get(name) ?? '';
      if (COLOUR.test(value)) style.setProperty(`--${name}`, `#${value}`);
    }
    const font = given.get('font') ?? '';
    if (/^[a-z0-9 -]{1,60}$/i.test(font)) style.setProperty('--font', `"${font}"`);
    classList.toggle('right', given.get('align') === 'right');
    classList.toggle('no-avatars', !isOn('avatars'));
    classList.toggle('with-time', given.get('time') === '1');
    classList.toggle('no-badges', !isOn('badges'));
  }

  render() {
    const items = this.#feed
      .items()
      .filter((item) => isOn('zaps') || item.type !== 'zap')
      .filter((item) => this.#fade === 0 || stamp() - item.at < this.#fade)
      .slice(-this.#most);
    return items.length === 0
      ? nothing
      : html`<ol>${repeat(items, (item) => item.id, (item) => html`<li class=${item.type}>${line(item, people, this.host)}</li>`)}</ol>`;
  }
}

customElements.define('wlk-overlay', Overlay);
show('wlk-overlay');
