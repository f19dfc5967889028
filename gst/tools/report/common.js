'use strict';

/* Elements, numbers and words that every part of the page uses. Text gets into the
   page as text nodes and attributes only, never as HTML. */

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on'))
      element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false)
      element.append(child);
  }
  return element;
}

function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function byId(id) {
  return document.getElementById(id);
}

/* A block of data; those of episodes are read when they are shown. */
function readBlock(name) {
  return JSON.parse(byId(name).textContent);
}

const DATA = readBlock('data');
const EPISODES = DATA.episodes;
EPISODES.forEach((episode, index) => { episode.index = index; });

const LABELS = ['successful', 'suboptimal', 'failure'];
const MINUS = '\u2212';

function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}

function number(value, digits = 2) {
  if (!isNumber(value))
    return '\u2013';
  const text = Math.abs(value).toFixed(digits);
  return (value < 0 && Number(text) !== 0 ? MINUS : '') + text;
}

function count(value) {
  return isNumber(value) ? Math.round(value).toLocaleString('en-US') : '\u2013';
}

function plural(n, one, many) {
  return `${count(n)} ${n === 1 ? one : many}`;
}

function dollars(value) {
  if (!isNumber(value))
    return '\u2013';
  const digits = value === 0 || value >= 10 ? 2 :
    Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(value))));
  return `$${value.toFixed(digits)}`;
}

function seconds(ns) {
  if (!isNumber(ns))
    return '\u2013';
  const tenths = Math.round(ns / 1e8);
  if (tenths < 600)
    return `${(tenths / 10).toFixed(1)}\u00a0s`;
  const rest = (tenths % 600 / 10).toFixed(1).padStart(4, '0');
  return `${Math.floor(tenths / 600)}:${rest}`;
}

function interval(figure) {
  return isNumber(figure.low) && isNumber(figure.high) ?
    `${number(figure.low)} to ${number(figure.high)}` : null;
}

function fileTitle(index) {
  const file = DATA.files[index];
  const same = DATA.files.filter(other => other.name === file.name).length;
  return same > 1 ? file.path : file.name;
}

/* The same numbers for the same text, whatever the browser's language. */
const collator = new Intl.Collator('en', { numeric: true });

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/* A figure with a heading, what it is of, and what stands below it. */
function figure(id, title, about, ...content) {
  return h('section', { class: 'figure', id, 'aria-labelledby': `${id}-title` },
    h('h2', { id: `${id}-title`, tabindex: -1 }, title),
    about ? h('p', { class: 'about' }, about) : null, ...content);
}

/* Wide tables scroll by themselves; the keyboard must reach what scrolls. */
function scroller(label, ...content) {
  return h('div', { class: 'scroller', role: 'region', tabindex: 0, 'aria-label': label },
    ...content);
}

function selector(label, id, options, chosen, change) {
  const select = h('select', { id, onchange: () => change(select.value) },
    options.map(([value, text]) => h('option', { value }, text)));
  select.value = chosen;
  return h('label', { class: 'control', for: id }, h('span', null, label), select);
}

/* Drawings know their width only on the page, and are drawn anew when it changes. */
const drawings = new Map();

function drawing(height, draw) {
  const box = h('div', { class: 'drawing' });
  const redraw = () => {
    const width = Math.floor(box.clientWidth);
    if (width <= 0)
      return;
    const drawn = draw(width, height);
    if (drawn instanceof SVGElement)
      drawn.setAttribute('viewBox', `0 0 ${width} ${drawn.getAttribute('height')}`);
    box.replaceChildren(drawn);
  };
  drawings.set(box, redraw);
  requestAnimationFrame(redraw);
  return box;
}

function redrawAll() {
  for (const [box, redraw] of drawings) {
    if (box.isConnected)
      redraw();
    else
      drawings.delete(box);
  }
}
