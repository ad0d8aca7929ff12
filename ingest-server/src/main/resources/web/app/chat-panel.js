// <wlk-chat>: a stream's chat, to read and to take part in.

import { Element, html, nothing } from './element.js';
import { HISTORY, SHOWN } from './chat-feed.js';
import { line, raidTarget } from './chat-line.js';
import { nameOf } from './person.js';
import { Kind, coordinate } from './event.js';
import * as icons from './icons.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { bringProfile } from './profile.js';
import { visitor } from './signer.js';
import { stamp } from './time.js';
import { words } from './strings.js';

const MOST_CHARACTERS = 500;
const COUNT_FROM = 400;
const BETWEEN_MESSAGES = 1;
const NEAR_END = 32;
const ANNOUNCE_EVERY = 10_000;
const TIMEOUTS = [60, 600, 3_600, 86_400];
const REASONS = ['spam', 'profanity', 'nudity', 'impersonation', 'illegal', 'malware', 'other'];

/**
 * Properties: `feed` (ChatFeed), `people`, `relay`, `host` (pubkey), `streamId`, `closed` (why
 * nobody can write, or ''), `amend` (async (changes) that publishes a newer live event; the host's).
 */
class Chat extends Element {
  static properties = {
    feed: { attribute: false },
    people: { attribute: false },
    relay: { attribute: false },
    host: { attribute: false },
    streamId: { attribute: false },
    closed: { attribute: false },
    amend: { attribute: false },
    draft: { state: true },
    parent: { state: true },
    menu: { state: true },
    asking: { state: true },
    problem: { state: true },
    note: { state: true },
    sending: { state: true },
    all: { state: true },
    unread: { state: true },
    said: { state: true },
  };

  #mayWriteAt = 0;
  #tick = 0;
  #following = true;
  #unsaid = [];

  constructor() {
    super();
    this.closed = '';
    this.draft = '';
    this.unread = 0;
    this.menu = this.asking = this.parent = null;
    this.problem = this.note = this.said = '';
  }

  connectedCallback() {
    super.connectedCallback();
    visitor.ready.then(() => this.requestUpdate());
    const update = () => this.requestUpdate();
    this.listen(this.feed, 'change', update);
    this.listen(this.feed, 'item', ({ detail }) => this.#arrived(detail));
    this.listen(this.people, 'change', update);
    this.listen(this.relay, 'state', update);
    this.listen(visitor, 'change', () => {
      this.feed.viewedBy(visitor.pubkey);
      update();
    });
    this.feed.viewedBy(visitor.pubkey);
    this.every(ANNOUNCE_EVERY, () => this.#announce());
    this.until(() => clearInterval(this.#tick));
  }

  get #isHost() {
    return visitor.pubkey === this.host;
  }

  get #waits() {
    return Math.max(0, Math.ceil((this.#mayWriteAt - Date.now()) / 1000));
  }

  render() {
    const items = this.feed.items();
    const shown = this.all ? items : items.slice(-SHOWN);
    return html`<section class="chat" aria-label=${words.chat}>
      <header><h2>${words.chat}</h2>${this.#connection()}</header>
      ${this.feed.hiddenCount > 0 ? html`<p class="muted-people">${words.peopleMuted(this.feed.hiddenCount)} <button class="quiet" @click=${() => this.#unhide()}>${words.undo}</button></p>` : nothing}
      ${this.#departure()}${this.#pinned()}
      <div class="log" role="log" aria-live="off" tabindex="0" aria-label=${words.messages} @scroll=${this.#scrolled}>
        ${items.length > shown.length ? html`<button class="quiet" @click=${() => (this.all = true)}>${words.earlier(Math.min(items.length, HISTORY) - shown.length)}</button>` : nothing}
        ${items.length === 0 ? html`<p class="empty">${this.feed.refusal ? words.relaySays(this.feed.refusal) : this.feed.isReady ? (this.closed ? words.noMessagesHere : words.noMessages) : words.loading}</p>` : nothing}
        <ol>${repeat(shown, (item) => item.id, (item) => this.#item(item))}</ol>
      </div>
      ${this.unread > 0 ? html`<button class="unread" @click=${() => this.#toEnd()}>${words.newMessages(this.unread)}</button>` : nothing}
      <p class="sr" role="status">${this.said}</p>
      ${this.#foot()}
    </section>`;
  }

  updated() {
    if (this.#following) this.#toEnd();
  }

  #connection() {
    const state = this.relay.state;
    const text = { open: words.connected, connecting: words.connecting, waiting: words.disconnected, closed: words.disconnected }[state];
    return html`<span class="connection ${state}" role="status"><i></i>${text}</span>
      ${state === 'waiting' ? html`<button class="quiet" @click=${() => this.relay.hurry()}>${words.retry}</button>` : nothing}`;
  }

  #departure() {
    const raid = this.feed.departure();
    return raid ? html`<a class="departure" href=${raidTarget(raid)}>${words.followRaid}</a>` : nothing;
  }

  #pinned() {
    const items = this.feed.pinned().map((id) => this.feed.find(id)).filter(Boolean);
    return items.length === 0
      ? nothing
      : html`<ul class="pinned" aria-label=${words.pinned}>${items.map((item) => html`<li>${icons.pin}<div class="line">${line(item, this.people, this.host)}</div>
          ${this.#isHost && this.amend ? html`<button class="icon-button" aria-label=${words.unpin} title=${words.unpin} @click=${() => this.#pin(item, false)}>${icons.close}</button>` : nothing}</li>`)}</ul>`;
  }

  #item(item) {
    const parent = item.parent && this.feed.find(item.parent);
    const open = this.menu === item.id;
    return html`<li class="item ${item.type} ${this.parent?.id === item.id ? 'chosen' : ''}">
      ${parent ? html`<p class="reply">↳ ${nameOf(parent.pubkey, this.people)} <span>${parent.text.slice(0, 80)}</span></p>` : nothing}
      <div class="line">${line(item, this.people, this.host)}
        ${visitor.pubkey || item.type === 'message' ? html`<button class="icon-button" aria-label=${words.actionsOn(this.people.name(item.pubkey))} aria-expanded=${open} @click=${() => this.#toggle(item)}>${icons.more}</button>` : nothing}
      </div>
      ${open ? this.#actions(item) : nothing}
    </li>`;
  }

  #actions(item) {
    const own = item.pubkey === visitor.pubkey;
    const isMessage = item.type === 'message';
    const pinned = this.feed.pinned().includes(item.id);
    if (this.asking) return this.#ask(item);
    return html`<div class="actions">
      ${isMessage && visitor.pubkey && !this.closed ? html`<button @click=${() => this.#reply(item)}>${words.reply}</button>` : nothing}
      ${isMessage && this.#isHost && this.amend ? html`<button @click=${() => this.#pin(item, !pinned)}>${pinned ? words.unpin : words.pin}</button>` : nothing}
      ${own && isMessage ? html`<button @click=${() => this.#delete(item)}>${words.delete}</button>` : nothing}
      ${!own && this.#isHost ? html`<button @click=${() => this.#askFor('timeout')}>${words.timeout}</button>` : nothing}
      ${own ? nothing : html`<button @click=${() => this.#hide(item)}>${words.mute}</button>`}
      ${!own && visitor.pubkey ? html`<button @click=${() => this.#askFor('report')}>${words.report}</button>` : nothing}
    </div>`;
  }

  #ask(item) {
    const report = this.asking === 'report';
    const choices = report ? REASONS.map((reason) => [reason, words.reasons[reason]]) : TIMEOUTS.map((seconds) => [seconds, words.timeouts[seconds]]);
    return html`<form class="actions" @submit=${(event) => this.#answer(event, item)}>
      <label>${report ? words.reportFor : words.timeoutFor}
        <select name="choice">${choices.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select></label>
      <button class="primary">${report ? words.report : words.timeout}</button>
      <button type="button" @click=${() => this.#askFor(null)}>${words.cancel}</button>
    </form>`;
  }

  #foot() {
    return html`<footer>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      ${this.note ? html`<p class="note" role="status">${this.note}</p>` : nothing}
      ${this.#composer()}</footer>`;
  }

  #composer() {
    if (this.closed) return html`<p class="hint">${this.closed}</p>`;
    if (visitor.hasSigner === false) {
      return html`<p class="hint">${words.readOnly} <a href="https://nips.nostr.com/7" target="_blank" rel="noopener noreferrer">${words.whatSigner}</a></p>`;
    }
    if (!visitor.pubkey) return html`<button class="primary wide" @click=${() => this.#try(() => this.#signIn())}>${words.signInToChat}</button>`;
    const length = [...this.draft.trim()].length;
    const waits = this.#waits;
    return html`<form @submit=${this.#submit}>
      ${this.parent ? html`<p class="reply">↳ ${words.replyTo} ${nameOf(this.parent.pubkey, this.people)}<button type="button" class="icon-button" aria-label=${words.cancel} @click=${() => (this.parent = null)}>${icons.close}</button></p>` : nothing}
      <div class="compose">
        <textarea rows="1" aria-label=${words.yourMessage} placeholder=${words.yourMessage} .value=${this.draft} @input=${this.#typed} @keydown=${this.#typedKey}></textarea>
        <button class="primary" ?disabled=${length === 0 || length > MOST_CHARACTERS || waits > 0 || this.sending}>${waits > 0 ? html`<span aria-label=${words.waitSeconds(waits)}>${waits}</span>` : this.sending ? words.sending : words.send}</button>
      </div>
      ${length >= COUNT_FROM ? html`<p class="count ${length > MOST_CHARACTERS ? 'problem' : ''}" role="status">${words.charactersOf(length, MOST_CHARACTERS)}</p>` : nothing}
    </form>`;
  }

  async #signIn() {
    await visitor.signIn();
    await bringProfile(this.relay, this.people);
  }

  #typed(event) {
    this.draft = event.target.value;
    this.problem = '';
    event.target.style.setProperty('height', 'auto');
    event.target.style.setProperty('height', `${Math.min(event.target.scrollHeight, 120)}px`);
  }

  #typedKey(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  }

  /** What was not taken stays in the field. */
  async #submit(event) {
    event.preventDefault();
    const content = this.draft.trim();
    const length = [...content].length;
    if (length === 0 || length > MOST_CHARACTERS || this.#waits > 0 || this.sending) return;
    const at = coordinate(this.host, this.streamId);
    const tags = [['a', at, this.relay.publicUrl, 'root']];
    if (this.parent) tags.push(['e', this.parent.id, this.relay.publicUrl, 'reply'], ['p', this.parent.pubkey]);
    const draft = this.draft;
    this.sending = true;
    const sent = await this.#publish({ kind: Kind.CHAT, content, tags });
    this.sending = false;
    if (sent) {
      if (this.draft === draft) this.draft = ''; // more may have been typed while the signer was asked
      this.parent = null;
      this.#following = true;
      this.querySelector('textarea')?.style.removeProperty('height');
      this.#waitFor(BETWEEN_MESSAGES);
    } else {
      const slow = /wait another (\d+)\s*(s|min|h)?/.exec(this.problem);
      if (slow) this.#waitFor(Number(slow[1]) * { s: 1, min: 60, h: 3600 }[slow[2] ?? 's']);
    }
  }

  #waitFor(seconds) {
    this.#mayWriteAt = Date.now() + 1000 * seconds;
    clearInterval(this.#tick);
    this.#tick = setInterval(() => {
      if (this.#waits === 0) clearInterval(this.#tick);
      this.requestUpdate();
    }, 250);
    this.requestUpdate();
  }

  #publish(template) {
    return this.#try(async () => this.relay.publish(await visitor.sign(template)));
  }

  async #try(action) {
    this.problem = this.note = '';
    try {
      await action();
      return true;
    } catch (e) {
      this.problem = words.relaySays(e.message);
      return false;
    }
  }

  #toggle(item) {
    this.menu = this.menu === item.id ? null : item.id;
    this.asking = null;
    if (this.menu) this.focusOn('.actions button');
  }

  #askFor(what) {
    this.asking = what;
    this.focusOn(what ? '.actions select' : '.actions button');
  }

  #reply(item) {
    this.parent = item;
    this.menu = null;
    this.querySelector('textarea')?.focus();
  }

  #hide(item) {
    this.menu = null;
    this.feed.hide(item.pubkey);
    this.note = words.personHidden(this.people.name(item.pubkey));
  }

  #unhide() {
    this.note = '';
    this.feed.unhideAll();
  }

  async #delete(item) {
    this.menu = null;
    await this.#publish({ kind: Kind.DELETION, tags: [['e', item.id], ['k', String(Kind.CHAT)]] });
  }

  async #pin(item, pinned) {
    this.menu = null;
    const ids = this.feed.pinned().filter((id) => id !== item.id);
    await this.#try(() => this.amend({ pinned: pinned ? [...ids, item.id] : ids }));
  }

  async #answer(event, item) {
    event.preventDefault();
    const choice = event.target.elements.choice.value;
    const template =
      this.asking === 'report'
        ? { kind: Kind.REPORT, content: '', tags: [['p', item.pubkey, choice], ['e', item.id, choice]] }
        : { kind: Kind.TIMEOUT, tags: [['a', coordinate(this.host, this.streamId), this.relay.publicUrl, 'root'], ['p', item.pubkey], ['expiration', String(stamp() + Number(choice))]] };
    const done = this.asking === 'report' ? words.reported : words.timedOut;
    this.menu = this.asking = null;
    if (await this.#publish(template)) this.note = done;
  }

  #arrived(item) {
    if (!this.#following) this.unread++;
    this.#unsaid.push(item);
  }

  /** One sentence now and then, not every message: it is a chat. */
  #announce() {
    const items = this.#unsaid.splice(0);
    if (items.length === 0) return;
    const last = items[items.length - 1];
    this.said = words.announced(items.length, this.people.name(last.pubkey), last.text.slice(0, 100));
  }

  #scrolled(event) {
    const log = event.target;
    this.#following = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;
    if (this.#following) this.unread = 0;
  }

  #toEnd() {
    const log = this.querySelector('.log');
    this.#following = true;
    this.unread = 0;
    log.scrollTop = log.scrollHeight;
  }
}

customElements.define('wlk-chat', Chat);
