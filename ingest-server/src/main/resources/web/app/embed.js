// The player alone, for other sites.

import './player.js';
import { Element, html, show } from './element.js';
import { playing } from './screens.js';
import { StreamWatch } from './stream-watch.js';
import { apiUrl, initialData, local, posterPath } from './site.js';

class Embed extends Element {
  #watch = new StreamWatch(initialData());

  connectedCallback() {
    super.connectedCallback();
    this.listen(this.#watch, 'change', () => this.requestUpdate());
    this.until(() => this.#watch.close());
  }

  render() {
    const { now } = this.#watch;
    const { source, live, screen } = playing(this.#watch);
    return html`<wlk-player .source=${source} .live=${live} .screen=${screen} .name=${now.title} @stall=${() => this.#watch.doubt()} @over=${() => this.#watch.seenOut()} .poster=${now.image ? posterPath(now.stream_id) : local(now.thumbnail)}></wlk-player>
      <a class="embed-title" href="${apiUrl}/w/${now.stream_id}" target="_blank" rel="noopener">${now.title}</a>`;
  }
}

customElements.define('wlk-embed', Embed);
show('wlk-embed');
