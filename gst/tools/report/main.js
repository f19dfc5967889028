/* What is shown: everything, or the episode that the address names. */

let opened = null;

function openEpisode(episode) {
  opened = episode;
  byId('episode').replaceChildren(...buildEpisode(episode).flat(Infinity)
    .filter(Boolean));
  byId('overview').hidden = true;
  byId('episode').hidden = false;
  scrollTo(0, 0);
  byId('episode-title').focus({ preventScroll: true });
}

/* Back to where the reader was: the line of the episode that was open, if it is
   among those that are shown. */
function closeEpisode() {
  const row = document.querySelector(`#index-rows a[href="#episode=${opened.index}"]`);
  const place = row || byId('episodes-title');
  opened = null;
  byId('episode').hidden = true;
  byId('episode').replaceChildren();
  byId('overview').hidden = false;
  redrawAll();
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: row ? 'center' : 'start' });
}

function route() {
  const match = /^#episode=(\d+)$/.exec(location.hash);
  const episode = match && EPISODES[Number(match[1])];
  if (episode)
    openEpisode(episode);
  else if (opened)
    closeEpisode();
}

function lead() {
  const ids = new Set(EPISODES.map(episode => episode.id)).size;
  const failed = EPISODES.filter(episode => !episode.scored).length;
  const models = [...new Set(EPISODES.map(episode => episode.model).filter(Boolean))];
  return [plural(ids, 'episode', 'episodes'),
    plural(EPISODES.length, 'record', 'records') + (failed ? `, ${count(failed)} failed` : ''),
    DATA.files.length > 1 ? `${count(DATA.files.length)} results files` : fileTitle(0),
    models.length === 1 ? models[0] : null].filter(Boolean).join(' \u00b7 ');
}

byId('lead').textContent = lead();
byId('overview').replaceChildren(...buildOverview().filter(Boolean));
showRows();
route();
addEventListener('hashchange', route);
addEventListener('keydown', event => {
  if (event.key === 'Escape' && opened)
    location.hash = '';
});
let waiting = 0;
addEventListener('resize', () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(redrawAll);
});
addEventListener('beforeprint', () => {
  document.querySelectorAll('details').forEach(one => { one.open = true; });
});
