// A line of figures over time, drawn.

import { html, svg } from './element.js';
import { clock } from './time.js';
import { words } from './strings.js';

const WIDE = 600;
const HIGH = 120;

/**
 * A chart with its newest figure.
 *
 * @param points [[Unix seconds, figure], …], oldest first
 */
export function chart(points, label, unit) {
  const figures = points.map(([, figure]) => figure);
  const most = Math.max(1, ...figures);
  const [from, to] = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 1];
  const x = (at) => (to > from ? ((at - from) / (to - from)) * WIDE : WIDE);
  const y = (figure) => HIGH - 4 - (figure / most) * (HIGH - 12);
  const line = points.map(([at, figure], i) => `${i === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(figure).toFixed(1)}`).join('');
  const last = figures.at(-1) ?? 0;
  return html`<figure class="chart">
    <figcaption><span>${label}</span><b>${last.toLocaleString()} ${unit}</b></figcaption>
    <svg viewBox="0 0 ${WIDE} ${HIGH}" preserveAspectRatio="none" role="img" aria-label=${words.chartOf(label, last, Math.min(...figures, last), Math.max(...figures, last), unit, clock(to - from))}>
      ${points.length > 1 ? svg`<path class="area" d="${line}L${WIDE} ${HIGH}L0 ${HIGH}Z"/><path class="curve" d=${line} vector-effect="non-scaling-stroke"/>` : svg``}
    </svg>
    <p class="axis" aria-hidden="true"><span>−${clock(to - from)}</span><span>${words.most(`${Math.max(...figures, 0).toLocaleString()} ${unit}`)}</span><span>${words.now}</span></p>
  </figure>`;
}

/** The points of so many at most: of neighbours the later one stays. */
export function thinned(points, most) {
  return points.length <= most ? points : points.filter((_, i) => i % 2 === 1 || i === points.length - 1);
}
