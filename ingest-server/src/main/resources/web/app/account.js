// <wlk-account>: who the visitor is, and whether it is day or night.

import { Element, html, nothing } from './element.js';
import { avatar } from './person.js';
import * as icons from './icons.js';
import { visitor } from './signer.js';
import { people, relay } from './origin.js';
import { bringProfile } from './profile.js';
import { words } from './strings.js';

class Account extends Element {
  static properties = { problem: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    visitor.ready.then(() => this.requestUpdate());
    this.listen(visitor, 'change', () => this.requestUpdate());
    this.listen(people, 'change', () => this.requestUpdate());
  }

  render() {
    return html`<button class="icon-button" aria-label=${words.theme} title=${words.theme} @click=${this.#turn}>${icons.sun}</button>${this.#who()}
      ${this.problem ? html`<span class="problem" role="alert">${this.problem}</span>` : nothing}`;
  }

  #who() {
    if (!visitor.pubkey) return visitor.hasSigner ? html`<button @click=${this.#signIn}>${words.signIn}</button>` : nothing;
    return html`<span class="me">${avatar(visitor.pubkey, people)}<bdi>${people.name(visitor.pubkey)}</bdi></span>
      <button class="quiet" @click=${() => visitor.signOut()}>${words.signOut}</button>`;
  }

  async #signIn() {
    this.problem = '';
    try {
      await visitor.signIn();
      await bringProfile(relay, people);
    } catch (e) {
      this.problem = e.message;
    }
  }

  #turn() {
    const root = document.documentElement;
    const system = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
    root.dataset.theme = (root.dataset.theme ?? system) === 'light' ? 'dark' : 'light';
    try {
      localStorage.setItem('wlk:theme', root.dataset.theme);
    } catch {
      // For this page only, then.
    }
  }
}

customElements.define('wlk-account', Account);
