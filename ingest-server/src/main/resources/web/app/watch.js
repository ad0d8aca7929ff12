// A stream and its chat.

import './account.js';
import './chat-panel.js';
import './player.js';
import { Element, html, nothing, show } from './element.js';
import { avatar } from './person.js';
import { amend } from './broadcast.js';
import { ChatFeed } from './chat-feed.js';
import * as icons from './icons.js';
import { people, relay } from './origin.js';
import { playing } from './screens.js';
import { StreamWatch } from './stream-watch.js';
import { apiUrl, initialData, local, posterPath, siteName } from './site.js';
import { words } from './strings.js';
import { written } from './text.js';
import { clock, dayAndTime } from './time.js';

class Watch extends Element {
  static properties = { copied: { state: true } };

  #watch = new StreamWatch(initialData());
  #amend = (changes) => amend(this.#watch.now.stream_id, changes);
  #feed = new ChatFeed(relay, this.#watch.now.pubkey, this.#watch.now.stream_id);

  connectedCallback() {
    super.connectedCallback();
    this.listen(this.#watch, 'change', () => this.requestUpdate());
    this.listen(this.#feed, 'stream', () => this.#watch.told(this.#feed.stream));
    this.listen(people, 'change', () => this.requestUpdate());
    this.every(1_000, () => this.requestUpdate());
    this.until(() => this.#watch.close());
    this.until(() => this.#feed.close());
  }

  firstUpdated() {
    this.querySelector('wlk-player').updateComplete.then(() => this.querySelector('wlk-player').focus());
  }

  updated() {
    const { title } = this.#watch.now;
    const mark = this.#watch.isLive ? '● ' : '';
    document.title = `${mark}${title} · ${siteName}`;
  }

  render() {
    const { now } = this.#watch;
    const { source, live, screen } = playing(this.#watch);
    return html`<div class="watch">
      <div class="stage"><wlk-player .source=${source} .live=${live} .screen=${screen} .name=${now.title} .poster=${this.#poster()}
        @stall=${() => this.#watch.doubt()} @over=${() => this.#watch.seenOut()}></wlk-player></div>
      <section class="about" aria-label=${words.aboutStream}>
        <div class="headline"><h1>${now.title}</h1>${this.#facts(now)}</div>
        <div class="who">${avatar(now.pubkey, people)}<span><bdi>${people.name(now.pubkey)}</bdi><small>${now.category}</small></span>
          <span class="gap"></span>
          <button @click=${this.#share}>${this.copied ? icons.done : icons.share}<span role="status">${this.copied ? words.linkCopied : words.share}</span></button></div>
        ${this.#watch.isLost ? html`<p class="notice warn" role="status">${words.stale}</p>` : nothing}
      </section>
      <wlk-chat .feed=${this.#feed} .people=${people} .relay=${relay} .host=${now.pubkey} .streamId=${now.stream_id} .closed=${this.#closed(now)}
        .amend=${this.#watch.isOver ? null : this.#amend}></wlk-chat>
      <section class="more" aria-label=${words.moreAbout}>
        ${now.description ? html`<p class="description">${written({ id: '', content: now.description, tags: [] }, people)}</p>` : nothing}
        ${now.tags.length > 0 ? html`<p class="tags">${now.tags.map((tag) => html`<span>#${tag}</span>`)}</p>` : nothing}
        <p class="elsewhere"><a href="https://zap.stream/${now.naddr}" rel="noopener noreferrer" target="_blank">zap.stream</a>
          <a href="https://njump.me/${now.naddr}" rel="noopener noreferrer" target="_blank">njump</a></p>
      </section>
    </div>`;
  }

  #poster() {
    const { now } = this.#watch;
    return now.image ? posterPath(now.stream_id) : local(now.thumbnail);
  }

  #facts(now) {
    if (this.#watch.isLive) {
      const up = (Date.now() - Date.parse(now.started_at)) / 1000;
      return html`<p class="facts"><span class="badge live">${now.status === 'reconnecting' ? words.reconnectingBadge : words.liveBadge}</span>
        <span class="fact">${icons.viewers}<b>${now.current_viewers}</b><span class="sr"> ${words.watching}</span></span>
        <span class="fact" title=${words.uptime}><span class="sr">${words.uptime} </span>${clock(up)}</span></p>`;
    }
    if (this.#watch.isOver) {
      return html`<p class="facts"><span class="badge">${words.endedBadge}</span>
        ${now.ended_at ? html`<span class="fact">${dayAndTime(now.ended_at)}</span>` : nothing}<span class="fact">${clock(now.duration_seconds)}</span>
        <span class="fact">${words.viewersInAll(now.total_viewers)}</span></p>`;
    }
    return html`<p class="facts"><span class="badge soon">${words.plannedBadge}</span>${now.starts ? html`<span class="fact">${dayAndTime(now.starts)}</span>` : nothing}</p>`;
  }

  #closed(now) {
    if (!now.enable_chat) return words.chatOff;
    return this.#watch.isOver ? words.chatOver : '';
  }

  async #share() {
    const url = `${apiUrl}/w/${this.#watch.now.naddr}`;
    try {
      if (navigator.share && matchMedia('(pointer: coarse)').matches) await navigator.share({ title: this.#watch.now.title, url });
      else {
        await navigator.clipboard.writeText(url);
        this.copied = true;
        setTimeout(() => (this.copied = false), 2_000);
      }
    } catch {
      prompt(words.copyLink, url);
    }
  }
}

customElements.define('wlk-watch', Watch);
show('wlk-watch');
