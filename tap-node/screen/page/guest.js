/* global document, EventSource, fetch, getComputedStyle, innerHeight, innerWidth, location, setTimeout */

/*
 * Lays out what the node says; it decides nothing. A view comes as a whole; as long as its look stays the same only texts
 * change, so that a running number does not flicker.
 */
const screen = document.getElementById('screen');

function element(kind, name, ...children) {
  const made = document.createElement(kind);
  if (name) made.className = name;
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const box = (name, ...children) => element('div', name, ...children);

/** An element whose text follows the view. */
function live(kind, name, read, follow) {
  const made = element(kind, name);
  follow((view) => {
    const text = read(view);
    if (made.textContent !== text) made.textContent = text;
  });
  return made;
}

function icon(read, follow) {
  const made = element('span', 'icon');
  follow((view) => made.style.setProperty('--shape', `url('/page/icons/${read(view)}.svg')`));
  return made;
}

function figure(size, read, follow) {
  return box(
    `figure ${size}`,
    live('span', 'value', (view) => read(view).value, follow),
    live('span', 'unit', (view) => read(view).unit, follow),
  );
}

const MIDDLES = {
  idle: (follow) => [
    box(
      'prices',
      box(
        '',
        live('div', 'figure price', (v) => v.by_glass.price, follow),
        live('div', 'per', (v) => v.by_glass.per, follow),
      ),
      box(
        '',
        live('div', 'figure small', (v) => v.by_litre.price, follow),
        live('div', 'per quiet', (v) => v.by_litre.per, follow),
      ),
    ),
  ],
  greeting: (follow) => [
    live('div', 'hello fit', (v) => v.hello, follow),
    box(
      'pair',
      box(
        '',
        live('div', 'quiet', (v) => v.on_card.label, follow),
        figure('large', (v) => v.on_card.figure, follow),
      ),
      box(
        '',
        live('div', 'quiet', (v) => v.can_pour.label, follow),
        figure('large', (v) => v.can_pour.figure, follow),
      ),
    ),
  ],
  pouring: (follow) => {
    const bar = box('');
    follow((v) => (bar.style.width = `${v.filled}%`));
    return [
      box(
        'row',
        figure('live', (v) => v.ml, follow),
        figure('medium', (v) => v.money, follow),
      ),
      box('limit', bar),
      box(
        'under',
        live('span', '', (v) => v.left, follow),
        live('span', '', (v) => v.on_card, follow),
      ),
    ];
  },
  processing: (follow) => [
    box(
      'row',
      figure('live', (v) => v.ml, follow),
      figure('medium', (v) => v.money, follow),
    ),
    live('div', 'note', (v) => v.note, follow),
  ],
  code: (follow) => [
    box('code', ...[0, 1, 2].map((at) => live('span', '', (v) => v.code[at] ?? '', follow))),
    box(
      'row start',
      figure('medium', (v) => v.ml, follow),
      figure('medium', (v) => v.money, follow),
    ),
  ],
  pairing: (follow) => {
    const button = live('button', 'press', (v) => v.button ?? '', follow);
    follow((v) => (button.hidden = v.button === null));
    button.addEventListener('click', () => {
      void fetch('/pairing/same', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    });
    return [box('code', ...[0, 1].map((at) => live('span', '', (v) => v.code[at] ?? '', follow))), button];
  },
  say: (follow) => [
    box(
      'say',
      icon((v) => v.icon, follow),
      box(
        '',
        live('h1', '', (v) => v.heading, follow),
        live('p', '', (v) => v.paragraph ?? '', follow),
      ),
    ),
  ],
};

function head(view, follow) {
  const number = view.tap === '' ? null : live('div', 'number', (v) => v.tap, follow);
  if (!('title' in view)) return element('header', 'head', number);
  const title = live('div', 'title fit', (v) => v.title, follow);
  const sub = 'sub' in view ? live('div', 'sub fit', (v) => v.sub, follow) : null;
  const age = view.look === 'idle' ? element('div', 'age', '18+') : null;
  return element('header', 'head', number, box('names', title, sub), age);
}

function build(view) {
  const followers = [];
  const follow = (one) => followers.push(one);
  const foot = element(
    'footer',
    '',
    icon((v) => v.footer.icon, follow),
    live('span', '', (v) => v.footer.text, follow),
  );
  follow((v) => (foot.className = v.footer.next ? 'foot next' : 'foot'));
  const middle = element('section', 'middle', ...MIDDLES[view.look](follow));
  screen.replaceChildren(head(view, follow), middle, foot);
  return followers;
}

const LEAST_U = 4;

function shrink(one, overflows) {
  one.style.fontSize = '';
  const u = Math.min(innerWidth / 100, (innerHeight * 1.66667) / 100);
  for (let size = parseFloat(getComputedStyle(one).fontSize); overflows() && size > LEAST_U * u;) {
    size = Math.max(size * 0.95, LEAST_U * u);
    one.style.fontSize = `${size}px`;
  }
}

/** What is long gets smaller, down to what is still read from a distance, and then takes a second line; it is never cut. */
function fit() {
  for (const one of screen.querySelectorAll('.fit')) {
    one.classList.remove('wrap');
    shrink(one, () => one.scrollWidth > one.clientWidth);
    one.classList.toggle('wrap', one.scrollWidth > one.clientWidth);
  }
  const prices = screen.querySelector('.prices');
  if (prices) shrink(prices.querySelector('.price'), () => prices.scrollWidth > prices.clientWidth);
}

let look = null;
let followers = [];

function show(view) {
  document.documentElement.lang = view.language;
  document.body.className = view.look === 'say' ? view.tone : view.look === 'pairing' ? 'touch' : '';
  if (look !== view.look) followers = build(view);
  look = view.look;
  for (const follow of followers) follow(view);
  fit();
  screen.dataset.look = look;
}

let away = null;
const events = new EventSource(`${location.pathname}/events`);
events.addEventListener('view', (event) => show(JSON.parse(event.data)));
events.addEventListener('away', (event) => (away = JSON.parse(event.data)));
// the node itself is gone: say so until it is back
events.addEventListener('error', () => (away ? show(away) : void comeHome()));

/** This page showed a tap without a bar, and that program has ended: the tap's own page comes under another number. */
async function comeHome() {
  const found = await fetch('/').catch(() => null);
  if (found?.ok) return location.replace('/');
  setTimeout(() => void comeHome(), 1_000);
}
document.fonts.addEventListener('loadingdone', fit);
