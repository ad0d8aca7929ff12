// <wlk-past-streams>: what has been, with recordings and numbers. Dispatches `deleted` (detail: {id, recordingAlone}).

import { Element, html, nothing } from './element.js';
import { signed } from './api.js';
import { watchPath } from './site.js';
import { words } from './strings.js';
import { clock, dayAndTime } from './time.js';

/** Properties: `streams` that are over, newest first; `summaries` of those that are forgotten; `more` (a function, or null). */
class PastStreams extends Element {
  static properties = {
    streams: { attribute: false },
    summaries: { attribute: false },
    more: { attribute: false },
    asking: { state: true },
    problem: { state: true },
  };

  render() {
    if (this.streams.length === 0 && this.summaries.length === 0) return nothing;
    return html`<section class="panel past"><h2>${words.pastStreams}</h2>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
      <div class="scroll"><table>
        <thead><tr><th scope="col">${words.title}</th><th scope="col">${words.when}</th><th scope="col">${words.duration}</th><th scope="col">${words.peak}</th><th scope="col">${words.viewers}</th><th scope="col"><span class="sr">${words.actions}</span></th></tr></thead>
        <tbody>${this.streams.map((stream) => this.#row(stream))}${this.summaries.map((summary) => this.#summary(summary))}</tbody>
      </table></div>
      ${this.more ? html`<p><button @click=${this.more}>${words.showMore}</button></p>` : nothing}
    </section>`;
  }

  #row(stream) {
    const { stream_id: id, started_at: started, ended_at: ended } = stream;
    return html`<tr>
      <th scope="row"><a href=${watchPath(id)}>${stream.title}</a>${stream.recording ? html` <span class="badge">${words.recording}</span>` : nothing}</th>
      <td>${dayAndTime(started ?? stream.created_at)}</td>
      <td data-label=${words.duration}>${started && ended ? clock((Date.parse(ended) - Date.parse(started)) / 1000) : '–'}</td>
      <td data-label=${words.peak}>${stream.peak_viewers}</td><td data-label=${words.viewers}>${stream.total_viewers}</td>
      <td><div class="buttons">${this.asking?.id === id ? this.#ask(stream) : html`
        ${stream.recording ? html`<button @click=${() => this.#askFor({ id, recording: true })}>${words.deleteRecording}</button>` : nothing}
        <button @click=${() => this.#askFor({ id })}>${words.delete}</button>`}</div></td></tr>`;
  }

  #askFor(what) {
    this.asking = what;
    if (what) this.focusOn('.ask button');
  }

  #ask(stream) {
    return html`<span class="ask">${this.asking.recording ? words.deleteRecordingAsk : words.deleteAsk}
      <button class="danger" @click=${() => this.#delete(stream, this.asking.recording)}>${words.delete}</button>
      <button @click=${() => this.#askFor(null)}>${words.cancel}</button></span>`;
  }

  /** Past what the server keeps: numbers alone are left. */
  #summary(summary) {
    return html`<tr class="old"><th scope="row">${summary.title}</th><td>${dayAndTime(summary.started_at ?? summary.created_at)}</td>
      <td data-label=${words.duration}>${summary.started_at && summary.ended_at ? clock((Date.parse(summary.ended_at) - Date.parse(summary.started_at)) / 1000) : '–'}</td>
      <td data-label=${words.peak}>${summary.peak_viewers}</td><td data-label=${words.viewers}>${summary.total_viewers}</td><td></td></tr>`;
  }

  async #delete(stream, recordingAlone) {
    this.problem = '';
    this.asking = null;
    const path = `/api/v1/streams/${stream.stream_id}`;
    try {
      await signed('DELETE', recordingAlone ? `${path}/recording` : path);
      this.dispatchEvent(new CustomEvent('deleted', { detail: { id: stream.stream_id, recordingAlone } }));
    } catch (e) {
      this.problem = e.message;
    }
  }
}

customElements.define('wlk-past-streams', PastStreams);
