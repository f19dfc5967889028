/* One episode: its curve, its pictures, and what was said. */

const THUMB_WIDTH = 84, NARROW_THUMB_WIDTH = 58, NARROW = 600;

function timeOf(sample) {
  return [sample.stream_time, sample.running_time, sample.timestamp].find(isNumber);
}

/* On the line between two points; the nearest one outside. */
function valueAt(points, time) {
  const after = points.findIndex(point => point[0] >= time);
  if (after <= 0)
    return after === 0 ? points[0][1] : points[points.length - 1][1];
  const [left, one] = points[after - 1], [right, other] = points[after];
  return right === left ? other : one + (other - one) * (time - left) / (right - left);
}

/* What is shown of an episode. Samples without a time stand at their places. */
function loadEpisode(episode) {
  const record = readBlock(`e${episode.index}`);
  const media = episode.media === undefined ? { truth: [], thumbs: [] } :
    readBlock(`m${episode.media}`);
  const samples = Array.isArray(record.samples) ? record.samples : [];
  const timed = samples.length > 0 && samples.every(sample => timeOf(sample) !== undefined);
  const start = timed ? timeOf(samples[0]) : 0;
  const rows = samples.map((sample, i) => ({ ...sample,
    x: timed ? timeOf(sample) - start : i, thumb: null }));
  for (const [, place, base64] of media.thumbs) {
    const row = rows.find((one, i) => (isNumber(one.index) ? one.index : i) === place);
    if (row)
      row.thumb = base64;
  }
  /* pictures of another record of the episode are of other samples */
  const thumbs = timed ? media.thumbs.filter(thumb => isNumber(thumb[0]))
    .map(([time, , base64]) => ({ x: time - start, base64 })) :
    rows.filter(row => row.thumb).map(row => ({ x: row.x, base64: row.thumb }));
  /* what is true of the right words is not of others */
  return { episode, record, rows, timed, thumbs,
    truth: timed && !episode.own ? media.truth.map(([time, value]) => [time - start, value]) :
      [],
    at: Math.max(0, rows.length - 1) };
}

function scaleOf(view) {
  const last = view.rows.length ? view.rows[view.rows.length - 1].x : 1;
  return Math.max(last, 1e-9);
}

function showTime(view, x) {
  return view.timed ? seconds(x) : `sample ${Math.round(x)}`;
}

function thumbSource(base64) {
  return `data:image/jpeg;base64,${base64}`;
}

/* The picture of a sample, else the one nearest to it. */
function pictureOf(view, row) {
  if (row.thumb)
    return { base64: row.thumb, x: row.x };
  return view.thumbs.reduce((best, thumb) =>
    best && Math.abs(best.x - row.x) <= Math.abs(thumb.x - row.x) ? best : thumb, null);
}

/* --- the curve --- */

const PLOT = { left: 38, right: 14, top: 10, bottom: 26 };

function plotX(view, width) {
  const span = scaleOf(view);
  return x => PLOT.left + (width - PLOT.left - PLOT.right) * Math.min(1, Math.max(0, x / span));
}

function stepOf(span, most) {
  const power = 10 ** Math.floor(Math.log10(span / most));
  return [1, 2, 5, 10].map(step => step * power).find(step => span / step <= most);
}

function ticks(view, width) {
  const unit = view.timed ? 1e9 : 1, span = scaleOf(view) / unit;
  const step = stepOf(span, Math.max(2, Math.floor(width / 90)));
  const list = [];
  for (let i = 0; i * step <= span * 1.0001; i++)
    list.push(i * step * unit);
  return list;
}

function frame(view, width, height, x, y) {
  const lines = [0, 0.25, 0.5, 0.75, 1].map(value => [
    svg('line', { class: 'grid', x1: PLOT.left, x2: width - PLOT.right, y1: y(value),
      y2: y(value) }),
    svg('text', { class: 'soft', x: PLOT.left - 6, y: y(value) + 4, 'text-anchor': 'end' },
      number(value)),
  ]);
  return [lines, ticks(view, width).map(tick => svg('text', { class: 'soft', x: x(tick),
    y: height - 6, 'text-anchor': x(tick) > width - 40 ? 'end' : 'middle' },
  view.timed ? seconds(tick) : String(Math.round(tick))))];
}

function line(points, x, y, attributes) {
  return svg('polyline', { ...attributes, points: points.map(([at, value]) =>
    `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ') });
}

function pointsOf(view) {
  return view.rows.filter(row => isNumber(row.progress)).map(row => [row.x, row.progress]);
}

function drawCurve(view, width, height) {
  const x = plotX(view, width);
  const y = value => PLOT.top + (height - PLOT.top - PLOT.bottom) * (1 - value);
  const points = pointsOf(view), { record, episode } = view;
  const threshold = isNumber(record.success_threshold) && record.success_threshold < 1 ?
    svg('line', { class: 'threshold', x1: PLOT.left, x2: width - PLOT.right,
      y1: y(record.success_threshold), y2: y(record.success_threshold) }) : null;
  const area = points.length > 1 ? svg('path', { class: 'area', d: `M${points.map(([at, value]) =>
    `${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join('L')}L${x(points[points.length - 1][0])} ` +
    `${y(0)}L${x(points[0][0])} ${y(0)}z` }) : null;
  const dots = view.rows.map((row, i) => isNumber(row.progress) ? svg('circle', {
    class: (row.flags || []).includes('interpolated') ? 'dot hollow' : 'dot',
    cx: x(row.x), cy: y(row.progress), r: i === view.at ? 6 : 3 }) : null);
  const now = view.rows[view.at];
  return svg('svg', { width, height, 'aria-hidden': 'true' },
    frame(view, width, height, x, y), area, threshold,
    now ? svg('line', { class: 'cursor', x1: x(now.x), x2: x(now.x), y1: y(1), y2: y(0) }) : null,
    (view.others || []).map(other => line(other.points, x, y, { class: 'other' })),
    view.truth.length > 1 ? line(view.truth, x, y, { class: 'truth' }) : null,
    points.length > 1 ? line(points, x, y, { class: 'line' }) : null, dots,
    isNumber(episode.partial) ? svg('path', { class: 'label-mark',
      d: `M${width - PLOT.right + 1} ${y(episode.partial)}l9 -6v12z` }) : null);
}

function describeSample(view, i) {
  const row = view.rows[i];
  return [showTime(view, row.x), isNumber(row.progress) ? `progress ${number(row.progress)}` :
    'no progress', row.description].filter(Boolean).join(', ');
}

/* What is known of the sample that the cursor is at. */
function sampleCard(view) {
  const row = view.rows[view.at], picture = pictureOf(view, row);
  const flags = (row.flags || []).join(', ');
  const truth = view.truth.length ? `, true ${number(valueAt(view.truth, row.x))}` : '';
  return [
    picture ? h('img', { src: thumbSource(picture.base64), decoding: 'async',
      alt: `Frame at ${showTime(view, picture.x)}` }) : null,
    h('div', null,
      h('p', { class: 'about' }, `Sample ${view.at + 1} of ${view.rows.length}, ` +
        `${showTime(view, row.x)}`),
      h('p', null, h('span', { class: 'big' }, isNumber(row.progress) ? number(row.progress) :
        'no progress'), h('span', { class: 'quiet' }, truth, flags ? `, ${flags}` : '',
      isNumber(row.raw_value) ? `, raw value ${number(row.raw_value, 3)}` : '',
      isNumber(row.success_probability) ?
        `, success probability ${number(row.success_probability)}` : '')),
      row.description ? h('p', null, row.description) : null,
      row.reason ? h('p', { class: 'quiet' }, row.reason) : null),
  ];
}

const KEYS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5,
  Home: -Infinity, End: Infinity };

function curveSlider(view, move) {
  const slider = h('div', { class: 'curve', role: 'slider', tabindex: 0, id: 'curve',
    'aria-label': 'Samples of the episode', 'aria-valuemin': 1, 'aria-valuemax': view.rows.length,
    onkeydown: event => {
      if (event.key in KEYS && !event.altKey && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        move(view.at + KEYS[event.key]);
      }
    } });
  slider.append(drawing(260, (width, height) => drawCurve(view, width, height)));
  return slider;
}

/* At their times; where the page is narrow as many as fit. */
function drawThumbs(view, width) {
  const wide = width < NARROW ? NARROW_THUMB_WIDTH : THUMB_WIDTH, step = wide + 4;
  const x = plotX(view, width);
  const most = Math.max(1, Math.min(view.thumbs.length, Math.floor((width - 40) / step)));
  const places = new Set(Array.from({ length: most }, (_, k) =>
    most === 1 ? view.thumbs.length - 1 : Math.round(k * (view.thumbs.length - 1) / (most - 1))));
  const chosen = view.thumbs.filter((_, i) => places.has(i));
  let free = 0;
  const images = chosen.map((thumb, i) => {
    const image = h('img', { src: thumbSource(thumb.base64), loading: 'lazy', decoding: 'async',
      width: wide, alt: `Frame at ${showTime(view, thumb.x)}` });
    const rest = (chosen.length - i) * step - 4;
    const left = Math.max(free, Math.min(x(thumb.x) - wide / 2, width - rest));
    free = left + step;
    image.style.left = `${left.toFixed(1)}px`;
    return image;
  });
  const strip = h('div', { class: 'strip', role: 'group', 'aria-label': 'Frames' }, images);
  images[0].addEventListener('load', () => {
    strip.style.height = `${Math.max(...images.map(image => image.offsetHeight))}px`;
  });
  return strip;
}

function legend(view) {
  const key = kind => svg('svg', { class: 'key', width: 26, height: 10, 'aria-hidden': 'true' },
    svg('line', { class: kind, x1: 1, x2: 25, y1: 5, y2: 5 }));
  const { record, episode } = view;
  return h('ul', { class: 'legend' },
    h('li', null, key('line'), `progress, n = ${count(pointsOf(view).length)}`),
    view.truth.length ? h('li', null, key('truth'), 'true progress') : null,
    isNumber(record.success_threshold) && record.success_threshold < 1 ? h('li', null,
      key('threshold'), `success from ${number(record.success_threshold)}`) : null,
    isNumber(episode.partial) ? h('li', null, svg('svg', { class: 'key', width: 12, height: 12,
      'aria-hidden': 'true' }, svg('path', { class: 'label-mark', d: 'M1 6l9 -6v12z' })),
    `labelled ${number(episode.partial)}`) : null,
    view.others.length ? h('li', null, key('other'), 'other results, listed below') : null);
}

function curveFigure(view) {
  if (view.rows.length === 0)
    return h('p', null, 'There are no samples.');
  const card = h('div', { class: 'card' });
  const move = to => {
    const at = Math.min(view.rows.length - 1, Math.max(0, to));
    if (at !== view.at) {
      view.at = at;
      show();
      drawings.get(slider.firstChild)();
    }
  };
  const slider = curveSlider(view, move);
  const show = () => {
    slider.setAttribute('aria-valuenow', view.at + 1);
    slider.setAttribute('aria-valuetext', describeSample(view, view.at));
    card.replaceChildren(...sampleCard(view).filter(Boolean));
  };
  show();
  const timeline = h('div', { onpointermove: event => {
    const box = slider.getBoundingClientRect(), x = plotX(view, box.width);
    const at = event.clientX - box.left;
    move(view.rows.reduce((best, row, i) => Math.abs(x(row.x) - at) <
      Math.abs(x(view.rows[best].x) - at) ? i : best, 0));
  } }, slider, view.thumbs.length ? drawing(0, width => drawThumbs(view, width)) : null);
  return [legend(view), timeline, card];
}

/* --- words and numbers --- */

function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== null &&
    value !== undefined && value !== '').map(([name, ...value]) =>
    h('div', null, h('dt', null, name), h('dd', null, value))));
}

function headFacts(view) {
  const { record, episode } = view;
  const quiet = text => h('span', { class: 'quiet' }, text);
  return facts([
    ['Final progress', episode.scored && isNumber(episode.progress) ?
      h('span', { class: 'big' }, number(episode.progress)) : null],
    ['Result', !episode.scored ? 'failed' : record.success === undefined ? null :
      record.success ? 'success' : 'no success', ' ',
      episode.scored && isNumber(record.success_threshold) ?
        quiet(`from ${number(record.success_threshold)}`) : null],
    ['Label', episode.label || (!episode.own && record.outcome) || null, ' ',
      isNumber(episode.partial) ? quiet(`partial success ${number(episode.partial)}`) : null],
    ['Mean progress', isNumber(episode.mean) ? number(episode.mean) : null],
    ['Length', isNumber(episode.duration) ? seconds(episode.duration) : null, ' ',
      quiet([isNumber(record.n_frames) ? plural(record.n_frames, 'frame', 'frames') : null,
        plural(view.rows.length, 'sample', 'samples')].filter(Boolean).join(', '))],
    ['Method', record.method, ' ', quiet([record.model, record.provider].filter(Boolean)
      .join(', '))],
    ['Data set', episode.set],
    ['Results', fileTitle(episode.f)],
  ]);
}

function errorBox(record) {
  const error = record.error;
  return error ? h('div', { class: 'error' }, h('h3', null, `Failed: ${error.code || 'unknown'}`),
    error.message ? h('p', null, error.message) : null) : null;
}

function part(title, ...content) {
  return h('section', { class: 'part' }, h('h3', null, title), ...content);
}

function words(record) {
  const objects = record.objects || [], notes = record.notes || [];
  return [
    record.completion_state ? part('What 100 % looks like', h('p', { class: 'words' },
      record.completion_state)) : null,
    objects.length ? part('Objects', h('ul', { class: 'chips' }, objects.map(name =>
      h('li', null, name)))) : null,
    notes.length ? part('Notes', h('ul', null, notes.map(note => h('li', null, note)))) : null,
  ];
}

function samplesTable(view) {
  const truth = view.truth.length > 0;
  const row = (sample, i) => h('tr', null,
    h('th', { scope: 'row', class: 'value' }, view.timed ? seconds(sample.x) : String(i)),
    h('td', { class: 'value' }, number(sample.progress)),
    truth ? h('td', { class: 'value' }, number(valueAt(view.truth, sample.x))) : null,
    h('td', null, sample.description || null, sample.reason ?
      h('span', { class: 'quiet' }, sample.reason) : null, (sample.flags || []).length ?
      h('span', { class: 'quiet' }, sample.flags.join(', ')) : null));
  return view.rows.length === 0 ? null : part('Samples', scroller('Samples',
    h('table', { class: 'samples' },
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, view.timed ? 'Time' : 'Sample'),
        h('th', { scope: 'col' }, 'Progress'), truth ? h('th', { scope: 'col' }, 'True') : null,
        h('th', { scope: 'col' }, 'What the model saw, and why'))),
      h('tbody', null, view.rows.map(row)))));
}

/* Other records of the same video: by other methods, or asked with other words. */
function othersPart(view) {
  const others = EPISODES.filter(one => one.id === view.episode.id && one !== view.episode);
  return others.length === 0 ? null : part('Other results of this video', h('ul', { class: 'others' },
    others.map(one => h('li', null, h('a', { href: `#episode=${one.index}` },
      [fileTitle(one.f), one.method, one.task === view.episode.task ? null : `\u201c${one.task}\u201d`]
        .filter(Boolean).join(', ')), ` `, h('span', { class: 'value' }, one.scored ?
      number(one.progress) : 'failed')))));
}

function showValue(name, value) {
  if (name === 'cost')
    return dollars(value);
  return typeof value === 'number' ? (Number.isInteger(value) ? count(value) : String(value)) :
    typeof value === 'string' ? value : JSON.stringify(value);
}

function pairs(object, show) {
  return facts(Object.entries(object || {}).map(([name, value]) =>
    [name.replaceAll('_', ' '), show(name, value)]));
}

function usagePart(record) {
  const some = object => object && Object.keys(object).length > 0;
  return [
    some(record.usage) ? part('Usage', pairs(record.usage, showValue)) : null,
    some(record.latency) ? part('Waiting for answers', pairs(record.latency, (_, value) =>
      isNumber(value) ? `${(value / 1e9).toFixed(2)}\u00a0s` : String(value))) : null,
    some(record.options) ? h('details', null, h('summary', null, 'Settings'),
      pairs(record.options, showValue)) : null,
  ];
}

/* Curves of other methods on the same words; only those of the same samples' times. */
function otherCurves(view) {
  return EPISODES.filter(one => one.id === view.episode.id && one !== view.episode &&
    one.task === view.episode.task && one.scored).map(one => {
    const other = loadEpisode(one);
    return { points: other.timed === view.timed ? pointsOf(other) : [] };
  }).filter(other => other.points.length > 1);
}

function neighbours(episode) {
  const rows = index.rows.includes(episode) ? index.rows : EPISODES;
  const place = rows.indexOf(episode);
  const link = (other, text, rel) => other ? h('a', { href: `#episode=${other.index}`, rel },
    text) : h('span', { class: 'quiet' }, text);
  return h('nav', { class: 'steps', 'aria-label': 'Episodes' },
    h('a', { href: '#', id: 'back' }, 'All episodes'),
    h('span', null, link(rows[place - 1], 'Previous', 'prev'), ' ',
      h('span', { class: 'quiet' }, `${count(place + 1)} of ${count(rows.length)}`), ' ',
      link(rows[place + 1], 'Next', 'next')));
}

function buildEpisode(episode) {
  const view = loadEpisode(episode);
  view.others = otherCurves(view);
  return [neighbours(episode),
    h('h2', { id: 'episode-title', tabindex: -1 }, episode.id || '(no id)'),
    h('p', { class: 'task' }, episode.task || '(no task)'),
    episode.own ? h('p', { class: 'quiet' }, `Other words than the video\u2019s own: ` +
      `${episode.own}`) : null,
    errorBox(view.record), headFacts(view),
    h('section', { class: 'part', 'aria-label': 'Progress over time' }, curveFigure(view)),
    words(view.record), othersPart(view), samplesTable(view),
    h('div', { class: 'grid small' }, usagePart(view.record))];
}
