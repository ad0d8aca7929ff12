// Pictograms, drawn on 24 × 24. They say nothing by themselves: whatever they stand in has a name.

import { svg, html } from './element.js';

const icon = (path) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`;

export const play = icon(svg`<path class="solid" d="M8 5.5v13l11-6.5z"/>`);
export const pause = icon(svg`<path class="solid" d="M7 5h3.6v14H7zM13.4 5H17v14h-3.6z"/>`);
export const volume = icon(svg`<path class="solid" d="M4 9.5v5h3.5L12 18.500V5.500L7.5 9.500z"/><path d="M15 9a4.2 4.2 0 0 1 0 6M17.5 6.500a7.8 7.8 0 0 1 0 11"/>`);
export const muted = icon(svg`<path class="solid" d="M4 9.500v5h3.500L12 18.500V5.500L7.5 9.500z"/><path d="M15.5 9.500l5 5M20.5 9.500l-5 5"/>`);
export const enlarge = icon(svg`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>`);
export const shrink = icon(svg`<path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5"/>`);
export const inPicture = icon(svg`<rect x="3" y="5" width="18" height="14" rx="2"/><rect class="solid" x="12" y="11.5" width="7" height="5.5" rx="1"/>`);
export const viewers = icon(svg`<circle cx="12" cy="8" r="3.6"/><path d="M5 19.500c.6-3.8 3.4-5.7 7-5.700s6.4 1.9 7 5.7"/>`);
export const copy = icon(svg`<rect x="8" y="8" width="12" height="12" rx="2"/><path d="M16 8V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h2"/>`);
export const done = icon(svg`<path d="M5 12.500l4.5 4.500L19 7.5"/>`);
export const eye = icon(svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>`);
export const more = icon(svg`<circle class="solid" cx="5.5" cy="12" r="1.7"/><circle class="solid" cx="12" cy="12" r="1.7"/><circle class="solid" cx="18.5" cy="12" r="1.7"/>`);
export const pin = icon(svg`<path d="M9 4h6l-.8 6 3.3 3.200H6.500L9.8 10zM12 13.500V20"/>`);
export const zap = icon(svg`<path class="solid" d="M13 3L5 13.500h5.500L10 21l8.5-11H13z"/>`);
export const close = icon(svg`<path d="M6 6l12 12M18 6L6 18"/>`);
export const share = icon(svg`<path d="M12 15V4M8 7.500L12 3.500l4 4M6 12H5v8h14v-8h-1"/>`);
export const sun = icon(svg`<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.600L7 7M17 17l1.4 1.400M5.6 18.400L7 17M17 7l1.4-1.4"/>`);
export const warning = icon(svg`<path d="M12 4l9 16H3zM12 10v4.500M12 17.200v.3"/>`);
export const calendar = icon(svg`<rect x="4" y="5.5" width="16" height="15" rx="2"/><path d="M4 10h16M8.5 3v4M15.5 3v4"/>`);
