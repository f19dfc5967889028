/* The index of episodes. */

const PAGE_ROWS = 200;

const index = {
  sort: 'id', descending: false, all: false,
  text: '', label: '', status: '', task: '', method: '', file: '',
  rows: [],
};

const COLUMNS = [
  { key: 'id', title: 'Episode', value: episode => episode.id },
  { key: 'task', title: 'Task', value: episode => episode.task, wide: true },
  { key: 'label', title: 'Label',
    value: episode => episode.label ? LABELS.length - LABELS.indexOf(episode.label) : 0 },
  { key: 'progress', title: 'Progress',
    value: episode => isNumber(episode.progress) ? episode.progress : -1 },
  { key: 'mean', title: 'Mean', wide: true,
    value: episode => isNumber(episode.mean) ? episode.mean : -1 },
  { key: 'duration', title: 'Length', wide: true,
    value: episode => isNumber(episode.duration) ? episode.duration : -1 },
  { key: 'method', title: DATA.files.length > 1 ? 'Results' : 'Method', wide: true,
    value: episode => `${DATA.files.length > 1 ? fileTitle(episode.f) : ''} ` +
      `${episode.method || ''}` },
];

function compare(a, b) {
  return typeof a === 'number' ? a - b : collator.compare(a, b);
}

function isShown(episode) {
  const words = index.text.toLowerCase();
  const text = `${episode.id} ${episode.task} ${episode.own || ''} ${episode.set || ''} ` +
    `${episode.label || ''} ${episode.method || ''} ${episode.model || ''} ${episode.error || ''}`;
  const state = episode.scored ? 'scored' : 'failed';
  return (!words || words.split(/\s+/).every(word => text.toLowerCase().includes(word))) &&
    (!index.label || (episode.label || 'none') === index.label) &&
    (!index.status || index.status === state || index.status === `failed ${episode.error}`) &&
    (!index.task || episode.task === index.task) &&
    (!index.method || episode.method === index.method) &&
    (index.file === '' || episode.f === Number(index.file));
}

/* The same order for the same values: that of the records. */
function sortRows() {
  const column = COLUMNS.find(one => one.key === index.sort);
  const sign = index.descending ? -1 : 1;
  index.rows = EPISODES.filter(isShown).sort((a, b) =>
    sign * compare(column.value(a), column.value(b)) || a.index - b.index);
}

function spark(episode) {
  const values = episode.spark, width = 72, height = 20;
  if (values.length === 0)
    return null;
  const x = i => values.length === 1 ? width / 2 : 1 + (width - 2) * i / (values.length - 1);
  const y = value => 2 + (height - 4) * (1 - value / 100);
  return svg('svg', { class: 'spark', width, height, 'aria-hidden': 'true' },
    svg('line', { class: 'rule', x1: 0, x2: width, y1: height - 1.5, y2: height - 1.5 }),
    values.length === 1 ? svg('circle', { class: 'dot', cx: x(0), cy: y(values[0]), r: 2 }) :
      svg('polyline', { class: 'line', points: values.map((value, i) =>
        `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ') }));
}

function buildRow(episode) {
  const where = DATA.files.length > 1 ? fileTitle(episode.f) : null;
  return h('tr', { onclick: event => {
    if (!event.target.closest('a') && !String(getSelection()))
      location.hash = `episode=${episode.index}`;
  } },
  h('th', { scope: 'row' },
    h('a', { href: `#episode=${episode.index}` }, episode.id || '(no id)'),
    h('span', { class: 'quiet narrow' }, episode.task),
    where ? h('span', { class: 'quiet narrow' }, where) : null),
  h('td', { class: 'wide' }, episode.task,
    episode.own ? h('span', { class: 'quiet' }, `video of: ${episode.own}`) : null),
  h('td', null, episode.label || h('span', { class: 'quiet' }, 'none')),
  episode.scored ? h('td', { class: 'progress' }, spark(episode),
    h('span', { class: 'value' }, number(episode.progress))) :
    h('td', { class: 'progress' }, h('span', { class: 'failed' }, `failed`),
      h('span', { class: 'quiet' }, episode.error || '')),
  h('td', { class: 'wide value' }, number(episode.mean)),
  h('td', { class: 'wide value' }, seconds(episode.duration)),
  h('td', { class: 'wide' }, where || episode.method || '',
    where ? h('span', { class: 'quiet' }, episode.method || '') : null));
}

function buildHead() {
  return h('tr', null, COLUMNS.map(column => {
    const is = column.key === index.sort;
    return h('th', { scope: 'col', class: column.wide ? 'wide' : null,
      'aria-sort': is ? (index.descending ? 'descending' : 'ascending') : null },
    h('button', { type: 'button', id: `sort-${column.key}`, onclick: () => {
      index.descending = is ? !index.descending : ['progress', 'mean', 'label', 'duration']
        .includes(column.key);
      index.sort = column.key;
      showRows();
      byId(`sort-${column.key}`).focus();
    } }, column.title, h('span', { class: 'arrow', 'aria-hidden': 'true' },
      is ? (index.descending ? '\u2193' : '\u2191') : '\u2195')));
  }));
}

function showRows() {
  sortRows();
  const shown = index.all ? index.rows : index.rows.slice(0, PAGE_ROWS);
  byId('index-head').replaceChildren(buildHead());
  byId('index-rows').replaceChildren(...shown.map(buildRow));
  byId('index-count').textContent = `${count(index.rows.length)} of ` +
    `${plural(EPISODES.length, 'record', 'records')}`;
  byId('index-none').hidden = index.rows.length > 0;
  byId('index-table').hidden = index.rows.length === 0;
  const more = byId('index-more');
  more.hidden = shown.length === index.rows.length;
  more.textContent = `Show all ${count(index.rows.length)}`;
}

/* The values of a member, in order; a choice of one is none. */
function filter(label, name, values, words = value => value) {
  if (values.length < 2)
    return null;
  return selector(label, `filter-${name}`,
    [['', 'all'], ...values.map(value => [value, words(value)])], '', value => {
      index[name] = value;
      showRows();
    });
}

function distinct(value) {
  return [...new Set(EPISODES.map(value))].filter(one => one !== undefined && one !== '')
    .sort(collator.compare);
}

function listStatuses() {
  const errors = distinct(episode => episode.scored ? '' : `failed ${episode.error || ''}`.trim());
  const scored = EPISODES.some(episode => episode.scored) ? ['scored'] : [];
  if (errors.length === 0)
    return scored;
  return [...scored, 'failed', ...(errors.length > 1 ? errors : [])
    .filter(error => error !== 'failed')];
}

function buildFilters() {
  const find = () => {
    index.text = search.value.trim();
    showRows();
  };
  const search = h('input', { type: 'search', id: 'filter-text', autocomplete: 'off',
    oninput: find, onchange: find });
  const labels = [...LABELS, 'none'].filter(label =>
    EPISODES.some(episode => (episode.label || 'none') === label));
  return h('div', { class: 'controls', role: 'search', 'aria-label': 'Episodes' },
    h('label', { class: 'control text', for: 'filter-text' }, h('span', null, 'Text'), search),
    filter('Label', 'label', labels, label => label === 'none' ? 'no label' : label),
    filter('Status', 'status', listStatuses(), status => status.replace(' ', ': ')),
    filter('Task', 'task', distinct(episode => episode.task)),
    filter('Method', 'method', distinct(episode => episode.method)),
    filter('Results', 'file', DATA.files.length > 1 ? DATA.files.map((_, i) => String(i)) : [],
      file => fileTitle(Number(file))));
}

function episodesFigure() {
  return figure('episodes', 'Episodes', null, buildFilters(),
    h('p', { class: 'about', id: 'index-count', role: 'status' }),
    h('p', { id: 'index-none', hidden: true }, 'No record is like that.'),
    h('table', { class: 'index', id: 'index-table', 'aria-labelledby': 'episodes-title' },
      h('thead', { id: 'index-head' }), h('tbody', { id: 'index-rows' })),
    h('button', { type: 'button', class: 'more', id: 'index-more', hidden: true, onclick: () => {
      index.all = true;
      showRows();
    } }));
}
