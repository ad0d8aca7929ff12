// What all components share: they render into the page itself, so that one style sheet dresses them all.

import { LitElement } from 'lit';

export { html, svg, nothing } from 'lit';

/** A component whose listeners and timers end with it. */
export class Element extends LitElement {
  #ends = [];

  createRenderRoot() {
    return this;
  }

  /** Calls `end` when the component leaves the page. */
  until(end) {
    this.#ends.push(end);
  }

  /** Puts the focus there, once what is changing now has been drawn. */
  async focusOn(selector) {
    await this.updateComplete;
    const element = this.querySelector(selector);
    element?.focus();
    element?.scrollIntoView({ block: 'nearest' });
  }

  /** Listens for as long as the component is in the page. */
  listen(target, type, listener) {
    target.addEventListener(type, listener);
    this.until(() => target.removeEventListener(type, listener));
  }

  /** Calls it every so often, while the component is in the page. */
  every(millis, action) {
    const timer = setInterval(action, millis);
    this.until(() => clearInterval(timer));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#ends.splice(0).forEach((end) => end());
  }
}

/** Puts a page's component in the place of what stood there until the script came. */
export function show(name, properties = {}) {
  const element = Object.assign(document.createElement(name), properties);
  document.getElementById('main').replaceChildren(element);
  return element;
}
