// node check_pages.mjs <folder with playwright-core> <folder with pages>
//
// The browser is /usr/bin/chromium, or what CHROMIUM names.
//
// Opens every <name>.html of the folder in headless Chromium, without a network, and holds it
// against <name>.json, the same overview as the tool writes it, and <name>.split.<dimension>.json.
// Looks at it with axe-core, at many widths, with figures as long as they get, on paper, in forced colours and
// without its styles. Takes pictures beside it. Ends with 1 if anything is not as it should be.
// Reads the printed page with pdftotext.

import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [library, folder] = process.argv.slice(2).map((name) => path.resolve(name));
const axe = fs.readFileSync(path.join(library, 'axe.min.js'), 'utf8');
const {chromium} = createRequire(import.meta.url)(path.join(library, 'playwright-core'));

const browserFlags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

let faults = 0;
let checks = 0;

function expect(holds, what) {
  ++checks;
  if (holds) return;
  ++faults;
  console.error(`  FAILED: ${what}`);
}

function expectEqual(is, expected, what) {
  const [a, b] = [JSON.stringify(is), JSON.stringify(expected)];
  expect(a === b, `${what}: ${a}, expected ${b}`);
}

// How a page writes numbers, and what it calls a change, by its language.
const languages = {
  en: {group: ',', decimal: '.', change: 'Change'},
  nb: {group: '\u00a0', decimal: ',', change: 'Endring'},
};

// Runs in the page: what it shows of every figure, by where it stands. Cards have the exact figure.
function readFigures({group, change: changeWord}) {
  const exact = (cell) => {
    if (cell.querySelector('[role=img]')) return null;
    const data = cell.querySelector('data');
    return Number(data ? data.value : cell.textContent.replaceAll(group, ''));
  };
  const section = (id) => document.querySelector(`section[aria-labelledby=${id}]`);
  // Metrics that do not fit one table are in others, with the same rows.
  const table = (shown) => {
    const rows = [];
    for (const part of shown?.querySelectorAll('table') ?? []) {
      const titles = [...part.tHead.rows[0].cells].map((cell) => cell.textContent);
      [...part.tBodies[0].rows].forEach((row, n) => {
        rows[n] ??= {
          heading: row.querySelector('time')?.dateTime ?? row.querySelector('th small').textContent,
          title: row.querySelector('bdi')?.textContent ?? '',
          figures: {},
        };
        const labels = titles[0] === '#' || titles[1] === 'Status' ? 2 : 1;
        [...row.cells].forEach((cell, i) => {
          if (i >= labels) rows[n].figures[titles[i]] = cell.textContent;
        });
      });
    }
    return rows;
  };
  const cards = {};
  for (const card of document.querySelectorAll('.cards > div')) {
    const change = card.querySelector('.change');
    change?.querySelector('.unseen').remove();
    cards[card.querySelector('dt').textContent] =
        {figure: exact(card.querySelector('.figure')), change: change ? exact(change) : undefined};
  }
  const splits = [...document.querySelectorAll('.splits > section')].map((split) => ({
    dimension: split.querySelector('a[download]')?.download.replace('.csv', ''),
    rows: [...split.querySelectorAll('table')].reduce((rows, part) => {
      const titles = [...part.tHead.rows[0].cells].map((cell) => cell.textContent);
      [...part.tBodies[0].rows].forEach((row, n) => {
        rows[n] ??= {segment: row.querySelector('th').textContent, figures: {}, changes: {}};
        [...row.cells].forEach((cell, i) => {
          if (i === 0 || cell.matches('.bar, .lines')) return;
          const changes = titles[i] === changeWord || part.caption.textContent.startsWith(changeWord);
          const title = titles[i] === changeWord ? titles[i - 1] : titles[i];
          rows[n][changes ? 'changes' : 'figures'][title] = cell.textContent;
        });
      });
      return rows;
    }, []),
  }));
  const list = (id) => table(section(id)?.querySelector('.order') ?? section(id));
  const days = [...section('days')?.querySelectorAll('details') ?? []].at(-1);
  const files = [...document.querySelectorAll('a[download]')].map((a) => [a.download, a.href]);
  return {cards, days: table(days), pins: list('pins'), boards: list('boards'), splits, files};
}

// Whether a text of the page is this figure, rounded.
function shows(text, value, name, {group, decimal}) {
  if (value === null || value === undefined) return text === '\u2013';
  const isRate = /_rate$|_change$/.test(name);
  const decimals = name.endsWith('_change') ? 1 : isRate ? 2 : /_(minutes|seconds)$/.test(name) ? 1 : 0;
  const plain = text.replaceAll(group, '').replace(decimal, '.').replace('\u2212', '-').replace('%', '').replace('+', '').trim();
  const scaled = isRate ? value * 100 : value;
  const unit = 10 ** -decimals;
  if (plain.startsWith('<')) return scaled > 0 && scaled < unit / 2 + 1e-9;
  return plain !== '' && Math.abs(Number(plain) - scaled) <= (decimals === 0 ? 0 : unit / 2 + 1e-9);
}

function readCsv(address) {
  const prefix = 'data:text/csv;charset=utf-8,';
  expect(address.startsWith(prefix), `${address.slice(0, 40)} is CSV`);
  const text = decodeURIComponent(address.slice(prefix.length)).replace(/^\ufeff/, '');
  const rows = [[]];
  for (const [, cell, end] of text.matchAll(/("(?:[^"]|"")*"|[^,\n]*)(,|\n)/g)) {
    rows.at(-1).push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === '\n') rows.push([]);
  }
  rows.pop();
  const [head, ...body] = rows;
  return body.map((row) => Object.fromEntries(row.map((cell, i) => [head[i], cell])));
}

// Runs in the page: what is wider than its own box.
function findCut() {
  const boxes = 'td, th, dt, dd, label, caption, figcaption, p, h1, h2, h3, .cards > div, .panel';
  return [...document.querySelectorAll(boxes)].filter(
      (box) => box.checkVisibility() && !box.matches('.unseen, .unseen *') &&
          getComputedStyle(box).display !== 'inline' && box.scrollWidth > box.clientWidth + 1)
      .map((box) => `${box.tagName} ${box.textContent.trim().slice(0, 30)}`);
}

// Runs in the page: what scrolls sideways without a sign of it.
function findUnsigned(narrow) {
  return [...document.querySelectorAll('.scroll')].filter((box) => {
    if (!box.checkVisibility() || box.scrollWidth <= box.clientWidth + 1) return false;
    const shades = getComputedStyle(box).backgroundImage.split('linear-gradient').length - 1;
    return shades !== 4 || (narrow && getComputedStyle(box, '::before').content === 'none');
  }).map((box) => box.getAttribute('aria-label') ?? box.getAttribute('aria-labelledby'));
}

// Runs in the page: counts of eleven digits wherever there is a number.
function enlargeFigures() {
  const large = '18,101,722,512';
  for (const figure of document.querySelectorAll('.figure')) {
    figure.textContent = large;
    figure.className = 'figure l2';
  }
  for (const cell of document.querySelectorAll('td:not(.bar, .lines)')) {
    if (/^[\d,]+$/.test(cell.textContent) && cell.cellIndex > 0) cell.textContent = large;
  }
}

// Runs in the page: texts whose contrast with what is behind them is below AA.
function findFaintText() {
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return {r, g, b, a};
  };
  const over = (top, under) => Object.fromEntries(
      ['r', 'g', 'b'].map((c) => [c, top[c] * top.a + under[c] * (1 - top.a)]).concat([['a', 1]]));
  const luminance = ({r, g, b}) => {
    const [x, y, z] = [r, g, b].map((c) => {
      c /= 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const faint = [];
  for (const element of document.body.querySelectorAll('*')) {
    const hasText = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!hasText || !element.checkVisibility() || element.closest('.unseen')) continue;
    const behind = [];
    for (let e = element; e; e = e.parentElement) {
      behind.unshift(parse(getComputedStyle(e).backgroundColor));
    }
    const ground = behind.reduce((under, top) => over(top, under), {r: 255, g: 255, b: 255, a: 1});
    const ink = over(parse(getComputedStyle(element).color), ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) faint.push(`${element.textContent.trim().slice(0, 30)}: ${contrast.toFixed(2)}`);
  }
  return [...new Set(faint)];
}

// Each metric's text is its figure, and its cell in the CSV that figure to the last bit.
function checkRow(shown, metrics, csv, titles, language, what) {
  for (const [name, value] of Object.entries(metrics)) {
    const text = shown?.[titles[name]];
    expect(shows(text ?? '', value, name, language), `${what}, ${name}: ${text}, expected ${value}`);
    if (csv) expectEqual(csv[name] === '' ? null : Number(csv[name]), value, `${what}, ${name} as CSV`);
  }
}

const isCount = (name) => !/_rate|_seconds|_minutes|audience/.test(name);

// The highest segments are shown, the others together.
function checkSplit(split, csv, report, inHeading, language) {
  const named = split.rows.slice(0, report.totals.length > 12 ? 12 : undefined);
  expectEqual(named.length, Math.min(report.totals.length, 12), 'segments');
  expectEqual(csv.length, named.length, 'segments as CSV');
  named.forEach((row, i) => {
    const total = report.totals.find((one) => one.segment === csv[i].segment);
    const isShown = ([name]) => row.figures[inHeading[name]] !== undefined;
    const figures = Object.fromEntries(Object.entries(total.metrics).filter(isShown));
    expect(Object.keys(figures).length >= Math.min(6, Object.keys(total.metrics).length), `${row.segment} has metrics`);
    checkRow(row.figures, figures, null, inHeading, language, row.segment);
    for (const [name, value] of Object.entries(total.metrics)) {
      expectEqual(csv[i][name] === '' ? null : Number(csv[i][name]), value, `${row.segment}, ${name} as CSV`);
    }
    for (const [name, value] of Object.entries(total.change)) {
      const text = row.changes[inHeading[name]];
      const change = `${name.replace(/_(minutes|seconds)$/, '')}_change`;
      expect(text === undefined || shows(text, value, change, language), `${row.segment}, ${change}: ${text}, expected ${value}`);
      expectEqual(csv[i][change] === '' ? null : Number(csv[i][change]), value, `${row.segment}, ${change} as CSV`);
    }
  });
  if (report.totals.length <= 12) return;
  const others = report.totals.filter((one) => !csv.some((row) => row.segment === one.segment));
  for (const name of Object.keys(report.totals[0].metrics).filter(isCount).slice(0, 5)) {
    const sum = others.reduce((all, one) => all + one.metrics[name], 0);
    const text = split.rows.at(-1).figures[inHeading[name]];
    expect(shows(text, sum, name, language), `${split.rows.at(-1).segment}, ${name}: ${text}, expected ${sum}`);
  }
}

function checkFigures(shown, json, splits, titles, language) {
  const names = Object.keys(json.totals[0].metrics);
  expectEqual(titles.length, names.length, 'how many metrics can be chosen');
  const titleOf = Object.fromEntries(names.map((name, i) => [name, titles[i]]));
  const inHeading = {...titleOf};
  const csv = Object.fromEntries(shown.files.map(([name, address]) => [name, readCsv(address)]));
  // Without any change there is no line for it.
  const compared = Object.values(json.totals[0].change).some((change) => change !== null);
  for (const name of names) {
    if (name.endsWith('_minutes')) inHeading[name] += ' (min)';
    if (name.endsWith('_seconds')) inHeading[name] += ' (s)';
    expectEqual(shown.cards[titleOf[name]],
                {figure: json.totals[0].metrics[name], change: compared ? json.totals[0].change[name] : undefined}, name);
  }
  expectEqual(Object.keys(shown.cards).length, names.length, 'how many cards there are');
  const days = json.days.slice(-80).reverse();
  expectEqual(shown.days.length, days.length, 'how many days the table has');
  days.forEach((day, i) => {
    expectEqual(shown.days[i].heading, day.date, 'day');
    checkRow(shown.days[i].figures, day.metrics, csv['series.csv'].at(-1 - i), inHeading, language, day.date);
  });
  for (const [rows, items, id] of [[shown.pins, json.top_pins, 'pin_id'],
                                   [shown.boards, json.top_boards, 'board_id']]) {
    expectEqual(rows.length, items.length, `how many rows by ${id}`);
    items.forEach((item, i) => {
      expect(rows[i].heading.endsWith(` ${item[id]}`), `${rows[i].heading} is ${id} ${item[id]}`);
      expect(!/^[=+@-]/.test(rows[i].heading), `${rows[i].heading} computes nothing`);
      if (id === 'pin_id') expectEqual(rows[i].title, item.title ?? '', 'title');
      const file = csv[id === 'pin_id' ? 'top_pins.csv' : 'top_boards.csv'];
      checkRow(rows[i].figures, item.metrics, file[i], inHeading, language, item[id]);
    });
  }
  expectEqual(shown.splits.length, splits.length, 'how many splits there are');
  for (const {dimension, report} of splits) {
    const split = shown.splits.find((one) => one.dimension === dimension);
    expect(split !== undefined, `there is a split by ${dimension}`);
    if (split) checkSplit(split, csv[`${dimension}.csv`], report, inHeading, language);
  }
}

// The choice of metric, with the keys that a person has.
async function checkChoice(page, metrics) {
  for (let i = 0; i < 100; ++i) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.id === 'm0')) break;
  }
  for (let i = 0; i < metrics; ++i) {
    const visible = await page.evaluate(
        () => [...document.querySelectorAll('.chart')].filter((c) => c.checkVisibility()).map((c) => c.id));
    expectEqual(visible, [`c${i}`], `the chart after ${i} arrow keys`);
    const focused = await page.evaluate(() => {
      const label = document.querySelector(`label[for=${document.activeElement.id}]`);
      if (label === null || getComputedStyle(label).outlineStyle === 'none') return false;
      const box = label.getBoundingClientRect();
      const frame = label.closest('fieldset').getBoundingClientRect();
      return box.left >= frame.left - 1 && box.right <= frame.right + 1 && box.top >= 0 &&
          box.bottom <= innerHeight;
    });
    expect(focused, `the focus is on screen after ${i} arrow keys`);
    await page.keyboard.press('ArrowRight');
  }
}

// Every stop of the Tab key is on the screen when it is reached, and seen.
async function checkTabStops(page, what) {
  let stops = 0;
  for (; stops < 400; ++stops) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === document.body) return null;
      const shown = focused.labels?.[0] ?? focused;
      const box = shown.getBoundingClientRect();
      const seen = box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
      const marked = getComputedStyle(shown).outlineStyle !== 'none';
      return seen && marked ? '' : `${focused.tagName} ${focused.id} ${shown.textContent.slice(0, 30)}`;
    });
    if (stop === null) break;
    expect(stop === '', `${what}: the focus is not seen on ${stop}`);
  }
  expect(stops > 3 && stops < 400, `${what}: ${stops} stops`);
}

// Two metrics, one above the other, on one axis of days.
async function checkSecondMetric(page) {
  const seen = await page.evaluate(() => {
    document.querySelector('.second').open = true;
    document.querySelector('#m2').click();
    document.querySelector('#n1').click();
    const box = (one) => one.getBoundingClientRect();
    const charts = [...document.querySelectorAll('.chart')].filter((c) => c.checkVisibility())
        .sort((a, b) => box(a).top - box(b).top);
    const plots = charts.map((chart) => box(chart.querySelector('.box')));
    const axis = box(document.querySelector('.days'));
    const rows = [...document.querySelectorAll('.weekdays tbody tr')].filter((r) => r.checkVisibility());
    return {
      charts: charts.map((chart) => chart.id), rows: rows.map((row) => row.id),
      below: axis.top >= plots.at(-1).bottom,
      aligned: plots.every((plot) => Math.abs(plot.left - axis.left) < 1 && Math.abs(plot.right - axis.right) < 1),
    };
  });
  expectEqual(seen.charts, ['c2', 'c1'], 'the second metric is below the first');
  expect(seen.rows.length === 0 || seen.rows.join() === 'w1,w2', `means by weekday of ${seen.rows}`);
  expect(seen.below && seen.aligned, 'both have the axis of days below them');
}

// What the link gives is what it holds: the page's own policy lets it through.
async function checkDownload(page) {
  const link = page.locator('a[download="totals.csv"]');
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  expectEqual(download.suggestedFilename(), 'totals.csv', 'the file');
  const address = await link.getAttribute('href');
  expectEqual(fs.readFileSync(await download.path(), 'utf8'),
              decodeURIComponent(address.slice(address.indexOf(',') + 1)), 'the file as it was taken');
}

async function checkWithAxe(page, what) {
  const found = await page.evaluate(async (source) => {
    (0, eval)(source);
    const results = await axe.run(document, {preload: false});
    return results.violations.map((one) => `${one.id}: ${one.nodes[0].target} (${one.nodes.length})`);
  }, axe);
  expectEqual(found, [], `${what}: axe`);
}

async function checkWidths(page, what) {
  for (const width of [320, 360, 640, 1280, 1920]) {
    await page.setViewportSize({width, height: 800});
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide <= width, `${what} at ${width}: ${wide} pixels wide`);
    expectEqual(await page.evaluate(findCut), [], `${what} at ${width}: cut`);
    expectEqual(await page.evaluate(findUnsigned, width <= 640), [], `${what} at ${width}: scrolls without a sign`);
  }
}

// On A4, less its margins: all that is on the page is on the paper.
async function checkPaper(page, what) {
  await page.emulateMedia({media: 'print', colorScheme: 'light'});
  await page.setViewportSize({width: 718, height: 1000});
  const cut = await page.evaluate(() => [...document.querySelectorAll('.scroll')].filter(
      (box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1)
      .map((box) => `${box.getAttribute('aria-label')}: ${box.scrollWidth} of ${box.clientWidth}`));
  expectEqual(cut, [], `${what} on paper: cut tables`);
  expectEqual(await page.evaluate(findCut), [], `${what} on paper: cut`);
  await page.emulateMedia({media: 'screen'});
}

function checkPdf(file, texts) {
  const words = execFileSync('pdftotext', ['-layout', file, '-']).toString().replaceAll(/\s+/g, ' ');
  for (const text of new Set(texts)) {
    expect(words.includes(text), `the printed page has ${text}`);
  }
}

// What the reader's own colours leave of the page.
async function checkForcedColors(page) {
  await page.emulateMedia({forcedColors: 'active'});
  const seen = await page.evaluate(() => {
    const of = (selector, property) => {
      const found = document.querySelector(selector);
      return found ? getComputedStyle(found)[property] : null;
    };
    return {
      chosen: of('input:checked + label', 'backgroundColor'),
      others: of('input:not(:checked) + label', 'backgroundColor'),
      page: of('body', 'backgroundColor'),
      bar: of('.bar rect', 'fill'),
      line: of('path.line', 'stroke'),
      missing: of('.key .missing', 'borderTopStyle'),
      estimate: of('.key .estimate', 'borderTopStyle'),
    };
  });
  expect(seen.others === null || seen.chosen !== seen.others, 'forced colours: the chosen metric is seen');
  expect(seen.bar !== seen.page, 'forced colours: bars are seen');
  expect(seen.line !== seen.page, 'forced colours: lines are seen');
  expectEqual([seen.missing, seen.estimate], ['dotted', 'dashed'], 'forced colours: the key');
  await page.emulateMedia({forcedColors: 'none'});
}

// As behind a header that blocks styles, or in a mail.
async function checkWithoutStyles(page) {
  await page.setViewportSize({width: 1280, height: 900});
  const height = await page.evaluate(() => {
    document.querySelectorAll('style').forEach((style) => style.remove());
    document.querySelectorAll('[style]').forEach((element) => element.removeAttribute('style'));
    return document.documentElement.scrollHeight;
  });
  expect(height < 30_000, `without styles it is ${height} pixels tall`);
  const fills = await page.evaluate(() => [...new Set([...document.querySelectorAll('path.line')].map(
      (path) => getComputedStyle(path).fill))]);
  expect(fills.every((fill) => fill === 'none'), `without styles lines are filled with ${fills}`);
}

// Of as many rows, or other splits, as a page has at most.
const largePages = ['long', 'host'];

async function checkPage(browser, name) {
  const file = (ending) => path.join(folder, `${name}${ending}`);
  const address = pathToFileURL(file('.html')).href;
  const size = fs.statSync(file('.html')).size;
  const most = (largePages.includes(name) ? 300 : 200) * 1024;
  console.log(`${name}: ${size} bytes`);
  expect(size <= most, `${name}: ${size} bytes, expected at most ${most}`);

  const context = await browser.newContext({viewport: {width: 1280, height: 900}});
  await context.setOffline(true);
  const page = await context.newPage();
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => expect(false, `console: ${message.text()}`));
  page.on('pageerror', (error) => expect(false, `error: ${error}`));
  page.on('dialog', (dialog) => { expect(false, `dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(address);

  const json = JSON.parse(fs.readFileSync(file('.json')));
  const isEmpty = await page.locator('.nothing').count() > 0;
  const titles = await page.locator('.charts > fieldset label').allTextContents();
  const language = languages[await page.locator('html').getAttribute('lang')];
  // A window of 1280 pixels at 100, 200 and 400 %.
  for (const [width, height] of isEmpty ? [] : [[1280, 900], [640, 450], [320, 225]]) {
    await page.setViewportSize({width, height});
    await page.reload();
    await checkChoice(page, titles.length);
    await page.reload();
    await checkTabStops(page, `at ${width}`);
  }
  await page.reload();
  if (!isEmpty) {
    if (titles.length > 2) await checkSecondMetric(page);
    await page.reload();
    await checkDownload(page);
  }
  for (const [picture, width, colorScheme] of [['desktop', 1280, 'light'], ['phone', 360, 'light'],
                                               ['desktop-dark', 1280, 'dark'], ['phone-dark', 360, 'dark']]) {
    await page.setViewportSize({width, height: 800});
    await page.emulateMedia({colorScheme});
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide <= width, `${picture}: ${wide} pixels wide`);
    await page.screenshot({path: file(`.${picture}.png`), fullPage: true});
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
    const unfolded = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(unfolded <= width, `${picture}, unfolded: ${unfolded} pixels wide`);
    expectEqual(await page.evaluate(findFaintText), [], `${picture}: faint text`);
    await checkWithAxe(page, picture);
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = false; }));
  }
  const unfold = () => document.querySelectorAll('details').forEach((d) => { d.open = true; });
  await page.emulateMedia({colorScheme: 'light'});
  await page.pdf({path: file('.pdf'), format: 'A4', printBackground: false});
  checkPdf(file('.pdf'), await page.evaluate(() => [...document.querySelectorAll(
      '.figure, .splits td, .splits tbody th, .weekdays td, .top td')].filter((cell) => cell.checkVisibility())
      .map((cell) => cell.textContent.trim()).filter((text) => text && !/[^ -~\u2013]/.test(text))));
  await page.evaluate(unfold);
  await checkWidths(page, 'unfolded');
  await checkPaper(page, 'unfolded');
  if (!isEmpty) await checkForcedColors(page);
  await page.evaluate(enlargeFigures);
  await checkWidths(page, 'with large counts');
  await checkPaper(page, 'with large counts');
  await page.reload();
  await checkWithoutStyles(page);
  await page.reload();

  const splits = fs.readdirSync(folder).filter((f) => f.startsWith(`${name}.split.`)).map((f) => ({
    dimension: f.split('.')[2],
    report: JSON.parse(fs.readFileSync(path.join(folder, f))),
  }));
  // Takes parts of the page out, so it is last.
  if (isEmpty) {
    expectEqual(Object.values(json.totals[0].metrics).filter((figure) => figure), [], 'figures of nothing');
    expectEqual(await page.locator('.cards').count(), 0, 'cards of nothing');
  } else {
    checkFigures(await page.evaluate(readFigures, language), json, splits, titles, language);
  }
  expectEqual([...new Set(requests)].filter((one) => !one.startsWith('data:')), [address], 'requests');
  await context.close();
}

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({executablePath, args: browserFlags, headless: true});
try {
  const names = fs.readdirSync(folder).filter((f) => f.endsWith('.html')).map((f) => f.slice(0, -5));
  expect(names.length > 0, `there are pages in ${folder}`);
  for (const name of names) await checkPage(browser, name);
} finally {
  await browser.close();
}
console.log(`${checks} checks, ${faults} failed`);
process.exitCode = faults === 0 ? 0 : 1;
