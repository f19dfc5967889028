/* The figures of all episodes together. */

/* Name, least, most, what chance gives. */
const METRICS = {
  tau_last: ['Kendall\u2019s \u03c4 of the last progress', -1, 1, 0],
  tau_avg: ['\u03c4 of the mean progress', -1, 1, 0],
  tau_time_avg: ['\u03c4, averaged over time', -1, 1, 0],
  kendall_rewind: ['\u03c4 of the labels\u2019 means', -1, 1, 0],
  ranking_acc: ['Ranking accuracy', 0, 1, 0.5],
  voc_spearman: ['Order of values (Spearman)', -1, 1, 0],
  voc_pearson: ['Order of values (Pearson)', -1, 1, 0],
  mae: ['Mean error in levels of 0 to 4; less is better', 0, 4, null],
  partial_success_abs_delta: ['Distance to partial success; less is better', 0, 1, null],
  success_ap: ['Success: average precision', 0, 1, null],
  success_roc_auc: ['Success: area under the ROC curve', 0, 1, 0.5],
  column_normalized_diagonal: ['Share of the right words', 0, 1, null],
  avg_diagonal: ['Mean on the diagonal', 0, 1, null],
  avg_off_diagonal: ['Mean off the diagonal', 0, 1, null],
  margin: ['Margin', -1, 1, 0],
};

function metricOf(name) {
  if (METRICS[name])
    return METRICS[name];
  const pair = /^ranking_acc_(\w+)_vs_(\w+)$/.exec(name);
  return pair ? [`Ranking accuracy, ${pair[1]} and ${pair[2]}`, 0, 1, 0.5] : [name, 0, 1, null];
}

/* The interval as a line, the figure as a dot, chance as a thin mark. */
function intervalMark(figureOf, [, least, most, chance]) {
  const x = value => 4 + 88 * (Math.min(Math.max(value, least), most) - least) / (most - least);
  return svg('svg', { class: 'mark', width: 96, height: 12, 'aria-hidden': 'true' },
    svg('line', { class: 'rule', x1: 4, x2: 92, y1: 6, y2: 6 }),
    chance === null ? null :
      svg('line', { class: 'chance', x1: x(chance), x2: x(chance), y1: 1, y2: 11 }),
    isNumber(figureOf.low) && isNumber(figureOf.high) ?
      svg('line', { class: 'span', x1: x(figureOf.low), x2: x(figureOf.high), y1: 6, y2: 6 }) :
      null,
    svg('circle', { class: 'dot', cx: x(figureOf.value), cy: 6, r: 3.5 }));
}

function figureCell(name, figureOf) {
  if (!figureOf || !isNumber(figureOf.value))
    return h('td', { class: 'none' }, h('span', { class: 'quiet' }, 'not defined'));
  const range = interval(figureOf);
  return h('td', null,
    h('span', { class: 'value' }, number(figureOf.value)), ' ',
    h('span', { class: 'quiet' }, range ? `${range}, ` : '', `n\u00a0=\u00a0${count(figureOf.n)}`),
    intervalMark(figureOf, metricOf(name)));
}

function fileHead(index) {
  const result = DATA.eval.results[index];
  return h('th', { scope: 'col' }, fileTitle(index),
    h('span', { class: 'quiet' }, [result.method, result.model].filter(Boolean).join(' \u00b7 ')));
}

/* Overall, a data set or a task of one, in every file. */
function listScopes() {
  const scopes = new Map();
  const add = (key, name, index, scope) => {
    if (!scopes.has(key))
      scopes.set(key, { name, scopes: [] });
    scopes.get(key).scopes[index] = scope;
  };
  DATA.eval.results.forEach((result, index) => {
    add('all', 'All episodes', index, result.overall);
    for (const set of result.data_sources) {
      const source = set.data_source || '';
      if (source)
        add(`set ${source}`, `Data set ${source}`, index, set);
      for (const task of set.tasks)
        add(`task ${source}\n${task.task}`, `${source ? `${source}: ` : ''}${task.task}`, index,
          task);
    }
  });
  return scopes;
}

function usageRows() {
  const each = (name, member) => [name, file => file.n_usage > 0 ?
    `${count(file[member] / file.n_usage)}` : '\u2013'];
  if (!DATA.files.some(file => file.n_usage > 0))
    return [];
  const rows = [each('Requests an episode', 'requests'), each('Images an episode', 'images'),
    each('Tokens in an episode', 'input_tokens'), each('Tokens out an episode', 'output_tokens')];
  if (DATA.files.some(file => isNumber(file.cost)))
    rows.push(['Cost of all', file => isNumber(file.cost) ?
      `${dollars(file.cost)}, n\u00a0=\u00a0${count(file.n_cost)}` : '\u2013']);
  return rows.map(([name, show]) => h('tr', null, h('th', { scope: 'row' }, name),
    DATA.files.map(file => h('td', { class: 'value' }, show(file)))));
}

function metricsTable(scope) {
  const names = Object.keys(DATA.eval.results[0].overall.metrics).filter(name =>
    scope.scopes.some(one => one && isNumber(one.metrics[name].value)));
  const rows = names.map(name => h('tr', null,
    h('th', { scope: 'row' }, metricOf(name)[0], h('code', { class: 'quiet' }, name)),
    DATA.files.map((_, i) => figureCell(name, scope.scopes[i] && scope.scopes[i].metrics[name]))));
  const counts = h('tr', null, h('th', { scope: 'row' }, 'Scored episodes'),
    DATA.files.map((_, i) => {
      const one = scope.scopes[i];
      const labels = one ? LABELS.filter(label => one.labels[label] > 0)
        .map(label => `${count(one.labels[label])} ${label}`) : [];
      return h('td', null, h('span', { class: 'value' }, count(one ? one.episodes : 0)), ' ',
        labels.length ? h('span', { class: 'quiet' }, labels.join(', ')) : null);
    }));
  return h('table', { class: 'metrics' },
    h('thead', null, h('tr', null, h('td', null), DATA.files.map((_, i) => fileHead(i)))),
    h('tbody', null, counts, rows),
    scope.name === 'All episodes' ? h('tbody', { class: 'usage' }, usageRows()) : null);
}

function metricsFigure() {
  const scopes = listScopes();
  const holder = h('div');
  const show = key => {
    holder.replaceChildren(scroller('Metrics of every results file', metricsTable(scopes.get(key))));
  };
  const replicates = DATA.eval.bootstrap.replicates;
  const some = DATA.eval.results.some(result =>
    Object.values(result.overall.metrics).some(one => isNumber(one.value)));
  const about = !some ? 'No metric is defined: none of the scored episodes has a label, or there ' +
    'are none.' : replicates > 0 ? `Each with its 95 % interval (${count(replicates)} bootstrap ` +
    'replicates) and the number of episodes that it is of. A thin mark is what chance gives.' :
    'Each with the number of episodes that it is of. A thin mark is what chance gives.';
  show('all');
  return figure('metrics', 'Agreement with labels', about,
    scopes.size > 2 ? h('div', { class: 'controls' }, selector('Episodes', 'scope',
      [...scopes].map(([key, scope]) => [key, scope.name]), 'all', show)) : null, holder);
}

/* --- distribution of the final progress --- */

const BINS = 20;

function histogram(values) {
  const bins = new Array(BINS).fill(0);
  for (const value of values)
    bins[Math.min(BINS - 1, Math.max(0, Math.floor(value * BINS)))]++;
  return bins;
}

function drawDistribution(groups, width) {
  const row = 86, left = 5, right = 8, top = 24;
  const x = value => left + (width - left - right) * Math.min(1, Math.max(0, value));
  const parts = groups.map(({ name, values }, g) => {
    const bins = histogram(values), most = Math.max(...bins), base = (g + 1) * row - 14;
    const middle = median(values), height = row - top - 14;
    return svg('g', null,
      svg('text', { class: 'strong', x: left, y: g * row + 14 }, name),
      svg('text', { class: 'soft', x: width - right, y: g * row + 14, 'text-anchor': 'end' },
        `median ${number(middle)}, n = ${count(values.length)}`),
      bins.map((n, i) => n === 0 ? null : svg('rect', { class: 'bar', x: x(i / BINS) + 1,
        width: Math.max(1, x(1 / BINS) - x(0) - 2), y: base - height * n / most,
        height: height * n / most },
      svg('title', null, `${number(i / BINS)} to ${number((i + 1) / BINS)}: ${count(n)}`))),
      svg('line', { class: 'axis', x1: x(0), x2: x(1), y1: base, y2: base }),
      svg('path', { class: 'median', d: `M${x(middle)} ${base}l-4 7h8z` }));
  });
  const bottom = groups.length * row;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(value => svg('text', { class: 'soft', x: x(value),
    y: bottom + 10, 'text-anchor': value === 0 ? 'start' : value === 1 ? 'end' : 'middle' },
  number(value)));
  return svg('svg', { width, height: bottom + 16, role: 'img', 'aria-label':
    `Distribution of the final progress. ${groups.map(({ name, values }) =>
      `${name}: ${values.length} episodes, median ${number(median(values))}`).join('; ')}.` },
  parts, ticks);
}

function distributionFigure(file) {
  const scored = EPISODES.filter(episode => episode.f === file && isNumber(episode.progress) &&
    !episode.own);
  const groups = [...LABELS, undefined].map(label => ({
    name: label || 'no label',
    values: scored.filter(episode => episode.label === label).map(episode => episode.progress),
  })).filter(group => group.values.length > 0);
  if (groups.length === 0)
    return null;
  return figure('distribution', 'Final progress by label',
    `Of ${fileTitle(file)}, n\u00a0=\u00a0${count(scored.length)}. A row\u2019s bars are ` +
    'relative to its highest; the triangle is the median.',
    drawing(0, width => drawDistribution(groups, width)));
}

/* --- ranking against price --- */

function listPrices() {
  return DATA.files.map((file, i) => ({ file, i, name: fileTitle(i),
    tau: DATA.eval.results[i].overall.metrics.tau_last }))
    .filter(point => isNumber(point.file.price) && isNumber(point.tau.value));
}

function niceTop(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map(step => step * power).find(top => top >= value * 1.02) || value * 2;
}

function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/* Names stand beside their dots where they cover neither a dot nor another name. */
function placeNames(dots, width) {
  const taken = dots.map(dot => ({ left: dot.x - 6, right: dot.x + 6, top: dot.y - 6,
    bottom: dot.y + 6 }));
  return dots.map(dot => {
    const size = 7.4 * dot.name.length, high = 16;
    const boxes = [[dot.x + 10, -8], [dot.x - 10 - size, -8], [dot.x - size / 2, 9],
      [dot.x - size / 2, -26], [dot.x - size / 2, 26], [dot.x - size / 2, 43]]
      .map(([left, down]) => {
        const inside = Math.max(0, Math.min(left, width - size));
        return { left: inside, right: inside + size, top: dot.y + down,
          bottom: dot.y + down + high };
      });
    const label = boxes.find(box => box.top >= 0 && !taken.some(one => overlap(one, box))) ||
      boxes[2];
    taken.push(label);
    return { ...dot, label };
  });
}

function drawPrices(points, width, height) {
  const left = 40, right = 14, top = 20, bottom = 40;
  const most = niceTop(Math.max(...points.map(point => point.file.price), 1e-6));
  const low = Math.min(0, ...points.map(point => isNumber(point.tau.low) ? point.tau.low :
    point.tau.value));
  const least = low < -0.5 ? -1 : low < 0 ? -0.5 : 0;
  const x = value => left + (width - left - right) * value / most;
  const y = value => top + (height - top - bottom) * (1 - value) / (1 - least);
  const grid = [];
  for (let tick = least; tick <= 1; tick += 0.5)
    grid.push(svg('line', { class: 'grid', x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
      svg('text', { class: 'soft', x: left - 6, y: y(tick) + 4, 'text-anchor': 'end' },
        number(tick, 1)));
  for (const share of [0, 0.5, 1])
    grid.push(svg('text', { class: 'soft', x: x(most * share), y: height - bottom + 16,
      'text-anchor': share === 1 ? 'end' : 'middle' }, dollars(most * share)));
  const dots = points.map(({ file, tau, name }) => ({ name, tau, x: x(file.price),
    y: y(tau.value) }));
  const marks = placeNames(dots, width).map(({ name, tau, x: at, y: up, label }) => svg('g', null,
    isNumber(tau.low) ? svg('line', { class: 'span', x1: at, x2: at, y1: y(tau.low),
      y2: y(tau.high) }) : null,
    svg('circle', { class: 'dot', cx: at, cy: up, r: 5 }),
    svg('text', { class: 'name', x: label.left, y: label.bottom - 3 }, name)));
  return svg('svg', { width, height, role: 'img', 'aria-label':
    `Kendall's tau against price. ${points.map(({ file, tau, name }) =>
      `${name}: ${number(tau.value)} at ${dollars(file.price)}`).join('; ')}.` },
  grid, svg('text', { class: 'soft', x: left - 6, y: 8, 'text-anchor': 'end' }, '\u03c4'),
  svg('text', { class: 'soft', x: width - right, y: height - 4, 'text-anchor': 'end' },
    'US dollars a million tokens'), marks);
}

function pricesFigure() {
  const points = listPrices();
  if (points.length === 0)
    return null;
  const given = points.filter(point => point.file.price_from === 'option').length;
  const from = given === points.length ? 'Prices as they were given.' : given === 0 ?
    'Prices from the cost in the records.' : 'Prices as given, else from the cost in the records.';
  const counts = points.map(point => point.tau.n);
  const least = Math.min(...counts), most = Math.max(...counts);
  return figure('prices', '\u03c4 against price', `The last progress\u2019s \u03c4 with its ` +
    `interval, a point a results file, n\u00a0=\u00a0${count(least)}` +
    `${most > least ? ` to ${count(most)}` : ''}. ${from}`,
  drawing(300, (width, height) => drawPrices(points, width, height)));
}

/* --- confusion matrix --- */

function confusionCell(matrix, row, column) {
  const value = matrix.matrix[row][column];
  const diagonal = matrix.languages[row] === matrix.videos[column];
  if (!isNumber(value))
    return h('td', { class: diagonal ? 'empty right' : 'empty' }, '\u2013');
  const cell = h('td', { class: diagonal ? 'cell right' : 'cell' }, number(value),
    h('span', null, `n\u00a0=\u00a0${count(matrix.counts[row][column])}`));
  cell.style.setProperty('--heat', Math.min(1, Math.max(0, value)).toFixed(3));
  return cell;
}

function confusionFigure(file) {
  const matrix = DATA.eval.results[file].confusion;
  if (!matrix)
    return null;
  const table = h('table', { class: 'confusion' },
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'asked about with'),
      matrix.videos.map((task, i) => h('th', { scope: 'col', title: task },
        h('abbr', { title: task }, `video\u00a0${i + 1}`))))),
    h('tbody', null, matrix.languages.map((task, row) => h('tr', null,
      h('th', { scope: 'row' }, h('span', { class: 'quiet' }, `${row + 1} `), task),
      matrix.videos.map((_, column) => confusionCell(matrix, row, column))))));
  const figures = Object.entries(matrix.metrics).filter(([, one]) => isNumber(one.value));
  return figure('confusion', 'Confusion matrix',
    `Of ${fileTitle(file)}: mean final progress of the videos of a task (columns, in the order ` +
    'of the rows) asked about with the words of a task (rows). The right words are framed.',
    scroller('Cells of the confusion matrix', table),
    h('dl', { class: 'facts' }, figures.map(([name, one]) => h('div', null,
      h('dt', null, metricOf(name)[0]),
      h('dd', null, h('span', { class: 'value' }, number(one.value)), ' ', h('span',
        { class: 'quiet' }, [interval(one), `n\u00a0=\u00a0${count(one.n)}`].filter(Boolean)
          .join(', ')))))));
}

/* --- notes --- */

const COUNTS = { failed: 'failed', missing: 'without a record', other_task: 'asked about with ' +
  'another task', unlabelled: 'without a label', unknown: 'not in the manifest',
replaced: 'replaced further down', provisional: 'provisional', empty: 'without a raw value',
torn: 'cut off at the end' };

function notesFigure() {
  const items = DATA.eval.results.map((result, i) => {
    const counts = Object.keys(COUNTS).filter(name => result.counts[name] > 0)
      .map(name => `${count(result.counts[name])} ${COUNTS[name]}`);
    const notes = DATA.files.length > 1 || counts.length ? result.notes : [];
    return h('li', null, h('strong', null, fileTitle(i)),
      `: ${[plural(result.counts.records, 'record', 'records'),
        `${count(result.counts.scored)} scored`, ...counts].join(', ')}.`,
      notes.length ? h('ul', null, notes.map(note => h('li', null, note))) : null);
  });
  if (DATA.broken > 0)
    items.push(h('li', null, `${plural(DATA.broken, 'picture', 'pictures')} of the samples folder ` +
      'could not be read.'));
  return figure('notes', 'What was counted', null, h('ul', { class: 'notes' }, items));
}

function figuresOf(file) {
  return [distributionFigure(file), pricesFigure(), confusionFigure(file)].filter(Boolean);
}

function buildOverview() {
  const grid = h('div', { class: 'grid' }, figuresOf(0));
  const choice = DATA.files.length > 1 && grid.children.length > 0 ?
    h('div', { class: 'controls' }, selector('Figures of', 'of-file',
      DATA.files.map((_, i) => [i, fileTitle(i)]), 0, value => {
        grid.replaceChildren(...figuresOf(Number(value)));
      })) : null;
  return [metricsFigure(), choice, grid, episodesFigure(), notesFigure()];
}
