const REFRESH_MS = 3000;
const SVG = 'http://www.w3.org/2000/svg';

const element = (id) => document.getElementById(id);
// An API key lives in this variable only; a signed-in operator in a cookie that scripts cannot read.
let key;
let selectedTask;
let timer;

class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function ask(query, variables = {}) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-edgelore-console': '1',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Refused(errors[0].extensions?.code, errors[0].message);
  return data;
}

function make(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

function draw(name, attributes, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) node.setAttribute(attribute, value);
  node.append(...children);
  return node;
}

const time = (text) => new Date(text).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const figure = (value, digits = 3) => (value === null || value === undefined ? '–' : value.toFixed(digits));
const short = (value) => Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
const words = (text) => text.toLowerCase().replaceAll('_', ' ');

function scoreBar(score) {
  if (score === null) return '–';
  const bar = draw(
    'svg',
    { class: 'bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    draw('rect', { class: 'ground', width: 100, height: 10 }),
    draw('rect', { class: 'value', width: 100 * score, height: 10 }),
  );
  const cell = make('span');
  cell.append(bar, figure(score));
  return cell;
}

function badge(text, mood = '') {
  return make('span', { className: `badge ${mood}`, textContent: words(text) });
}

/** A table of rows; a column is a heading, a cell and, for figures, `number`. */
function table(columns, rows, empty, isSelected = () => false) {
  if (rows.length === 0) return make('p', { className: 'none', textContent: empty });
  const style = (column) => (column.number ? { className: 'number' } : {});
  const head = make('tr', {}, ...columns.map((column) => make('th', { scope: 'col', ...style(column) }, column.title)));
  const body = rows.map((row) => {
    const line = make('tr', {}, ...columns.map((column) => make('td', style(column), column.cell(row) ?? '–')));
    if (isSelected(row)) line.setAttribute('aria-selected', 'true');
    return line;
  });
  return make('table', {}, make('thead', {}, head), make('tbody', {}, ...body));
}

function showTraining({ pending, running, currentModel, lastRun }) {
  const parts = [make('p', {}, `Model version ${currentModel} is current. `)];
  if (running) {
    const label = `Training: ${lastRun.phase}, ${Math.round(lastRun.progress * 100)} %`;
    const bar = make('progress', { max: 1, value: lastRun.progress });
    bar.setAttribute('aria-label', label);
    parts.push(make('p', {}, label), bar);
  } else if (pending > 0) {
    parts.push(make('p', {}, `${pending} waiting to be trained on.`));
  }
  if (lastRun !== null && !running) {
    const mood = lastRun.state === 'PROMOTED' ? 'good' : lastRun.state === 'FAILED' ? 'bad' : '';
    parts.push(make('p', {}, 'Last run: ', badge(lastRun.state, mood), ` ${lastRun.reason ?? ''}`));
  }
  element('training').replaceChildren(...parts);
}

function showTasks(tasks) {
  const columns = [
    {
      title: 'Task',
      cell: (task) =>
        make('button', { type: 'button', id: task.id, textContent: task.name, onclick: () => select(task.id) }),
    },
    { title: 'Images', number: true, cell: (task) => String(task.images) },
    { title: 'Trials', number: true, cell: (task) => String(task.trialCount) },
    { title: 'Best AP', cell: (task) => scoreBar(task.bestScore) },
    { title: 'Described by', cell: (task) => `extractor ${task.extractorVersion}` },
    { title: '', cell: (task) => (task.open ? badge('open') : '') },
    { title: 'Since', cell: (task) => time(task.createdAt) },
  ];
  const empty = 'No task yet. `edgelore describe` sends the first one.';
  const focused = document.activeElement?.id;
  element('tasks').replaceChildren(table(columns, tasks, empty, (task) => task.id === selectedTask));
  if (focused) element(focused)?.focus();
}

function showTrials(trials, names) {
  const columns = [
    { title: 'Task', cell: (trial) => names.get(trial.taskId) ?? '' },
    { title: 'Configuration', cell: (trial) => configuration(trial) },
    { title: 'AP', cell: (trial) => (trial.state === 'FAILED' ? badge('failed', 'bad') : scoreBar(trial.score)) },
    { title: 'MACs', number: true, cell: (trial) => short(trial.cost.macs) },
    { title: 'Parameters', number: true, cell: (trial) => short(trial.cost.parameters) },
    { title: 'Seconds', number: true, cell: (trial) => figure(trial.seconds, 0) },
    {
      title: 'Counted in',
      number: true,
      cell: (trial) => (trial.countedIn === null ? 'not yet' : `v${trial.countedIn}`),
    },
    { title: 'Reported', cell: (trial) => time(trial.createdAt) },
  ];
  element('trials').replaceChildren(table(columns, trials, 'No trial yet.'));
  element('chart').replaceChildren(...(selectedTask === undefined ? [] : [bestSoFar([...trials].reverse())]));
}

function configuration(trial) {
  const values = Object.entries(trial.configuration.values);
  const all = values.map(([name, value]) => `${name} ${value}`).join('\n');
  return make('code', { textContent: trial.configurationId.slice(0, 8), title: all });
}

/** Each trial as a dot, and the best of those before it as a line. */
function bestSoFar(trials) {
  const scored = trials.filter(({ score }) => score !== null);
  const [width, height, left, bottom] = [800, 160, 34, 18];
  const x = (at) => left + ((width - left - 10) * (at + 0.5)) / Math.max(1, scored.length);
  const y = (score) => 8 + (1 - score) * (height - bottom - 8);
  let best = 0;
  const steps = scored.map(({ score }, at) => {
    best = Math.max(best, score);
    return `${at === 0 ? 'M' : `H${x(at)} V`}${at === 0 ? `${x(0)} ` : ''}${y(best)}`;
  });
  const axis = [0, 0.5, 1].flatMap((mark) => [
    draw('line', { class: 'axis', x1: left, x2: width - 10, y1: y(mark), y2: y(mark) }),
    draw('text', { x: 0, y: y(mark) + 4 }, String(mark)),
  ]);
  const dots = scored.map(({ score }, at) =>
    draw('circle', { cx: x(at), cy: y(score), r: 3.5 }, draw('title', {}, `AP ${figure(score)}`)),
  );
  return draw(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Best AP so far: ${figure(best)}` },
    ...axis,
    draw('path', { class: 'best', d: steps.join(' ') }),
    ...dots,
  );
}

function showVersions(versions) {
  const mood = { CURRENT: 'good', REJECTED: 'bad' };
  const columns = [
    { title: 'Version', number: true, cell: (version) => String(version.number) },
    { title: 'State', cell: (version) => badge(version.state, mood[version.state]) },
    { title: 'Extractor', number: true, cell: (version) => String(version.extractorVersion) },
    { title: 'Tasks', number: true, cell: (version) => String(version.taskCount) },
    { title: 'Trials', number: true, cell: (version) => String(version.trialCount) },
    { title: 'NDCG@10', number: true, cell: (version) => figure(version.evaluation?.metrics.ndcg10) },
    { title: 'Why', cell: (version) => version.reason },
    { title: 'Made', cell: (version) => time(version.createdAt) },
  ];
  element('versions').replaceChildren(table(columns, versions, 'No version yet.'));
}

function select(task) {
  selectedTask = selectedTask === task ? undefined : task;
  refresh();
}

const OVERVIEW = `query Overview($task: ID) {
  me { kind organisation { name } }
  trainingStatus { pending running currentModel lastRun { state phase progress reason } }
  tasks(first: 100) { nodes { id name open images trialCount bestScore extractorVersion createdAt } }
  trials(taskId: $task, first: 100) {
    nodes { taskId configuration configurationId state score seconds countedIn createdAt cost { macs parameters } }
  }
  modelVersions(first: 20) {
    nodes { number state extractorVersion taskCount trialCount reason evaluation createdAt }
  }
}`;

async function refresh() {
  clearTimeout(timer);
  try {
    const { me, trainingStatus, tasks, trials, modelVersions } = await ask(OVERVIEW, { task: selectedTask ?? null });
    enter(me);
    showTraining(trainingStatus);
    showTasks(tasks.nodes);
    showTrials(trials.nodes, new Map(tasks.nodes.map((task) => [task.id, task.name])));
    showVersions(modelVersions.nodes);
    element('freshness').textContent =
      `As of ${new Date().toLocaleTimeString()}; refreshed every ${REFRESH_MS / 1000} seconds.`;
  } catch (error) {
    if (error.code === 'UNAUTHENTICATED') return leave();
    element('freshness').textContent = `Could not refresh: ${error.message}. Trying again.`;
  }
  if (!document.hidden) timer = setTimeout(refresh, REFRESH_MS);
}

function enter(me) {
  element('door').hidden = true;
  element('house').hidden = false;
  element('sign-out').hidden = false;
  element('who').textContent = me.organisation?.name ?? 'operator';
}

function leave() {
  clearTimeout(timer);
  key = undefined;
  selectedTask = undefined;
  element('door').hidden = false;
  element('house').hidden = true;
  element('sign-out').hidden = true;
  element('who').textContent = '';
  element('freshness').textContent = '';
  element('secret').focus();
}

async function signIn(secret) {
  if (secret.startsWith('edl_')) {
    key = secret;
    await ask('{ me { kind } }');
    return;
  }
  key = undefined;
  const { signIn: result } = await ask(
    'mutation SignIn($input: SignInInput!) { signIn(input: $input) { ... on Me { kind } ... on Failure { code message } } }',
    { input: { password: secret } },
  );
  if (result.message) throw new Refused(result.code, result.message);
}

element('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  const refusal = element('refusal');
  refusal.textContent = '';
  try {
    await signIn(element('secret').value.trim());
    element('secret').value = '';
    await refresh();
  } catch (error) {
    key = undefined;
    refusal.textContent =
      error.code === 'UNAUTHENTICATED' ? 'This is neither the password nor a valid key.' : error.message;
  }
});

element('sign-out').addEventListener('click', async () => {
  if (key === undefined) await ask('mutation { signOut { __typename } }').catch(() => undefined);
  leave();
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && !element('house').hidden) refresh();
});

refresh();
