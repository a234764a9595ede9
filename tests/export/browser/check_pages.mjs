// node check_pages.mjs <folder with playwright-core> <folder with pages>
//
// The browser is /usr/bin/chromium, or what CHROMIUM names.
//
// Opens every <name>.html of the folder in headless Chromium, without a network, and holds it
// against <name>.json, the same overview as the tool writes it, and <name>.split.<dimension>.json.
// Takes pictures beside it. Ends with 1 if anything is not as it should be.

import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const [library, folder] = process.argv.slice(2).map((name) => path.resolve(name));
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

// Runs in the page: every figure it shows, by where it stands.
function readFigures() {
  const figure = (cell) => {
    if (cell.querySelector('[aria-label="no data"]')) return null;
    const data = cell.querySelector('data');
    return Number(data ? data.value : cell.textContent.replaceAll(',', ''));
  };
  const rows = (table) => [...table.tBodies[0].rows].filter((row) => !row.classList.contains('lines'));
  const section = (id) => document.querySelector(`section[aria-labelledby=${id}]`);
  const table = (id) => {
    const found = section(id).querySelector('table');
    if (!found) return [];
    const titles = [...found.tHead.rows[0].cells].map((cell) => cell.textContent);
    return rows(found).map((row) => ({
      heading: row.querySelector('th').textContent,
      title: row.querySelector('bdi')?.textContent ?? '',
      figures: Object.fromEntries([...row.cells].flatMap(
          (cell, i) => i < 2 ? [] : [[titles[i], figure(cell)]])),
    }));
  };
  const cards = {};
  for (const card of document.querySelectorAll('.cards > div')) {
    const change = card.querySelector('.change');
    change?.querySelector('.unseen').remove();
    cards[card.querySelector('dt').textContent] =
        {figure: figure(card.querySelector('.figure')), change: change ? figure(change) : undefined};
  }
  const splits = [...document.querySelectorAll('.splits > section')].map((split) => ({
    title: split.querySelector('h3').textContent,
    rows: [...split.querySelectorAll('table')].flatMap(rows).map((row) => [...row.cells].slice(1).map(
        (cell) => {
          const change = cell.querySelector('small');
          change?.remove();
          return {figure: figure(cell), change: change ? figure(change) : undefined};
        })),
  }));
  return {cards, days: table('days'), pins: table('pins'), boards: table('boards'), splits};
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

function titlesOf(figures, meanings) {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [meanings[name], value]));
}

function checkFigures(shown, json, splits, titles) {
  const names = Object.keys(json.totals[0].metrics);
  expectEqual(titles.length, names.length, 'how many metrics can be chosen');
  const titleOf = Object.fromEntries(names.map((name, i) => [name, titles[i]]));
  const inHeading = {...titleOf};
  for (const name of names) {
    if (name.endsWith('_minutes')) inHeading[name] += ' (min)';
    if (name.endsWith('_seconds')) inHeading[name] += ' (s)';
    expectEqual(shown.cards[titleOf[name]],
                {figure: json.totals[0].metrics[name], change: json.totals[0].change[name]}, name);
  }
  expectEqual(Object.keys(shown.cards).length, names.length, 'how many cards there are');
  const sorted = (figures) => Object.entries(figures).sort();
  const days = json.days.slice(-62).reverse();
  expectEqual(shown.days.length, days.length, 'how many days the table has');
  days.forEach((day, i) => {
    expectEqual(shown.days[i].heading, day.date, 'day');
    expectEqual(sorted(shown.days[i].figures), sorted(titlesOf(day.metrics, inHeading)), day.date);
  });
  for (const [rows, items, id] of [[shown.pins, json.top_pins, 'pin_id'],
                                   [shown.boards, json.top_boards, 'board_id']]) {
    expectEqual(rows.length, items.length, `how many rows by ${id}`);
    items.forEach((item, i) => {
      expect(rows[i].heading.endsWith(` ${item[id]}`), `${rows[i].heading} is ${id} ${item[id]}`);
      expectEqual(rows[i].title, item.title ?? '', 'title');
      expectEqual(sorted(rows[i].figures), sorted(titlesOf(item.metrics, inHeading)), item[id]);
    });
  }
  expectEqual(shown.splits.length, splits.length, 'how many splits there are');
  for (const {dimension, report} of splits) {
    const split = shown.splits.find((one) => one.title === `By ${dimension.replace('_', ' ')}`);
    const expected = report.totals.length === 0 ? [] : names.map((name) => report.totals.map(
        (row) => ({figure: row.metrics[name], change: row.change[name]})));
    expectEqual(split?.rows, expected, `split by ${dimension}`);
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
      return label !== null && getComputedStyle(label).outlineStyle !== 'none';
    });
    expect(focused, `the focus is seen after ${i} arrow keys`);
    await page.keyboard.press('ArrowRight');
  }
}

async function checkPage(browser, name) {
  const file = (ending) => path.join(folder, `${name}${ending}`);
  const address = pathToFileURL(file('.html')).href;
  console.log(`${name}: ${fs.statSync(file('.html')).size} bytes`);
  expect(fs.statSync(file('.html')).size < 300_000, 'is under 300 KB');

  const context = await browser.newContext({viewport: {width: 1280, height: 900}});
  await context.setOffline(true);
  const page = await context.newPage();
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => expect(false, `console: ${message.text()}`));
  page.on('pageerror', (error) => expect(false, `error: ${error}`));
  page.on('dialog', (dialog) => { expect(false, `dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(address);

  const titles = await page.locator('fieldset label').allTextContents();
  await checkChoice(page, titles.length);
  await page.reload();
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
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = false; }));
  }
  await page.pdf({path: file('.pdf'), format: 'A4', printBackground: false});

  const json = JSON.parse(fs.readFileSync(file('.json')));
  const splits = fs.readdirSync(folder).filter((f) => f.startsWith(`${name}.split.`)).map((f) => ({
    dimension: f.split('.')[2],
    report: JSON.parse(fs.readFileSync(path.join(folder, f))),
  }));
  // Takes parts of the page out, so it is last.
  checkFigures(await page.evaluate(readFigures), json, splits, titles);
  expectEqual([...new Set(requests)], [address], 'requests');
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
