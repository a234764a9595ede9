// node check_sheets.mjs <folder with sheets>
//
// The spreadsheet is soffice, or what SOFFICE names.
//
// Opens every <name>.csv of the folder in headless LibreOffice Calc, which computes what it takes
// for a formula, and looks at each cell: days are dates, figures are numbers of the same value,
// empty cells are empty, text is text, nothing computes. Each file is opened three times: split at
// the delimiter it has, the same with "Trim spaces", and split at commas, semicolons and tabs alike,
// as Calc's dialog proposes. The delimiter and the columns come from <name>.csv-metadata.json where there is one. Ends with 1 if
// anything is not as it should be.

import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const folder = path.resolve(process.argv[2]);

let faults = 0;
let checks = 0;

function expect(holds, what) {
  ++checks;
  if (holds) return;
  ++faults;
  console.error(`  FAILED: ${what}`);
}

// ---- what is in a file ----

// The rows after RFC 4180.
function readCsv(text, delimiter) {
  const rows = [];
  let row = [];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length;) {
    let cell = '';
    if (text[at] === '"') {
      for (++at; text[at] !== '"' || text[++at] === '"'; ++at) cell += text[at];
    } else {
      while (text[at] !== delimiter && !'\r\n'.includes(text[at])) cell += text[at++];
    }
    row.push(cell);
    if (text[at] === delimiter) {
      ++at;
      continue;
    }
    at += text[at] === '\r' ? 2 : 1;
    rows.push(row);
    row = [];
  }
  return rows;
}

// What a column's cells are, by its header.
function kindOf(header) {
  if (header === 'date') return 'date';
  return ['segment', 'status', 'title'].includes(header) ? 'text' : 'number';
}

// What the metadata says of the columns, as above. An id is text for programs, whose numbers may
// have less than 20 digits; Calc takes it for a number.
function kindsIn(metadata) {
  return metadata.tableSchema.columns.map((column) => {
    const kind = {date: 'date', integer: 'number', number: 'number'}[column.datatype] ?? 'text';
    return column.titles.endsWith('_id') ? 'number' : kind;
  });
}

// ---- what Calc makes of it ----

const separators = {',': '44', ';': '59', '\t': '9', '|': '124'};

// Opens files and saves them as flat XML. UTF-8, American English, no special numbers, formulas
// are evaluated: the 13th token of the filter. The 11th says whether spaces around text are removed.
function open(files, splitAt, out, trims = false) {
  const filter = `Text - txt - csv (StarCalc):${splitAt},34,76,1,,1033,false,false,false,false,${trims},0,true`;
  execFileSync(process.env.SOFFICE ?? 'soffice', [
    `-env:UserInstallation=file://${path.join(folder, 'profile')}`, '--headless', '--norestore',
    `--infilter=${filter}`, '--convert-to', 'fods', '--outdir', out, ...files,
  ], {stdio: ['ignore', 'ignore', 'ignore'], timeout: 300_000});
}

const entities = {amp: '&', lt: '<', gt: '>', quot: '"', apos: '\''};

function textOf(xml) {
  return [...xml.matchAll(/<text:p>([\s\S]*?)<\/text:p>/g)].map(([, paragraph]) => paragraph
      .replace(/<text:s(?: text:c="(\d+)")?\/>/g, (_, count) => ' '.repeat(count ?? 1))
      .replace(/<text:tab\/>/g, '\t').replace(/<text:line-break\/>/g, '\n').replace(/<[^>]*>/g, '')
      .replace(/&#x?([0-9a-f]+);/gi, (all, code) =>
          String.fromCodePoint(parseInt(code, all[2] === 'x' ? 16 : 10)))
      .replace(/&(\w+);/g, (_, name) => entities[name])).join('\n');
}

// The cells of the first sheet, without the empty ones behind a row's last and the rows behind the
// last.
function readSheet(file) {
  const xml = fs.readFileSync(file, 'utf8');
  const sheet = xml.slice(xml.indexOf('<table:table '));
  const attribute = (text, name) => text.match(new RegExp(`${name}="([^"]*)"`))?.[1];
  const rows = [];
  for (const [, start, body = ''] of sheet.matchAll(
      /<table:table-row([^>]*?)(?:\/>|>([\s\S]*?)<\/table:table-row>)/g)) {
    const row = [];
    for (const [, cell, content = ''] of body.matchAll(
        /<table:table-cell([^>]*?)(?:\/>|>([\s\S]*?)<\/table:table-cell>)/g)) {
      const read = {
        type: attribute(cell, 'office:value-type') ?? 'empty',
        value: attribute(cell, 'office:value') ?? attribute(cell, 'office:date-value'),
        formula: attribute(cell, 'table:formula'),
        text: textOf(content),
      };
      const count = Number(attribute(cell, 'table:number-columns-repeated') ?? 1);
      for (let i = 0; i < Math.min(count, 1000); ++i) row.push(read);
    }
    while (row.length > 0 && row.at(-1).type === 'empty') row.pop();
    const count = Number(attribute(start, 'table:number-rows-repeated') ?? 1);
    for (let i = 0; i < Math.min(count, 1000); ++i) rows.push(row);
  }
  while (rows.length > 0 && rows.at(-1).length === 0) rows.pop();
  return rows;
}

// ---- the one against the other ----

// Spaces around lines are nothing to an import that trims.
function same(a, b, trims) {
  const trimmed = (text) => trims ? text.replace(/^ +| +$/gm, '') : text;
  return trimmed(a) === trimmed(b);
}

function checkCell(cell, text, kind, where, trims) {
  expect(cell.formula === undefined, `${where}: ${JSON.stringify(text)} computes`);
  const shown = `${where}: ${JSON.stringify(text)} is ${JSON.stringify(cell)}`;
  if (text === '') {
    expect(cell.type === 'empty', shown);
  } else if (kind === 'date') {
    expect(cell.type === 'date' && cell.value === text, shown);
  } else if (kind === 'number' || /^\d+$/.test(text)) {
    // Calc saves 15 digits.
    const off = Math.abs(Number(cell.value) - Number(text));
    expect(cell.type === 'float' && off <= Math.abs(Number(text)) * 1e-14, shown);
  } else {
    expect(cell.type === 'string' && same(cell.text, text.replace(/\r\n?/g, '\n'), trims), shown);
  }
}

function checkSheet(rows, sheet, name, trims) {
  expect(rows.length === sheet.length, `${name}: ${sheet.length} rows, expected ${rows.length}`);
  let kinds = null;
  rows.forEach((row, r) => {
    const cells = sheet[r] ?? [];
    expect(cells.length <= row.length, `${name}:${r + 1}: ${cells.length} cells`);
    const isHeader = kinds === null;
    row.forEach((text, c) => checkCell(cells[c] ?? {type: 'empty'}, text,
                                       isHeader ? 'text' : kinds[c], `${name}:${r + 1}:${c + 1}`,
                                       trims));
    if (isHeader) kinds = row.map(kindOf);
    // An empty line stands between two tables.
    if (row.length === 1 && row[0] === '') kinds = null;
  });
}

const sheets = fs.readdirSync(folder).filter((name) => name.endsWith('.csv')).map((name) => {
  const file = path.join(folder, name);
  const described = `${file}-metadata.json`;
  const metadata = fs.existsSync(described) ? JSON.parse(fs.readFileSync(described)) : null;
  const delimiter = metadata?.dialect.delimiter ?? ',';
  const rows = readCsv(fs.readFileSync(file, 'utf8'), delimiter);
  if (metadata !== null) {
    const [kinds, expected] = [kindsIn(metadata), rows[0].map(kindOf)];
    expect(metadata.url === name, `${name}: is called ${metadata.url} in its description`);
    expect(String(kinds) === String(expected), `${name}: described as ${kinds}, not ${expected}`);
  }
  return {name, file, delimiter, rows};
});
expect(sheets.length > 0, 'no sheets');

// Were formulas not evaluated here, nothing above could fail.
const canary = path.join(folder, 'canary');
fs.mkdirSync(canary, {recursive: true});
fs.writeFileSync(path.join(canary, 'canary.csv'), '=1+1,"=1+1",a;=1+1, =1+1\r\n');
open([path.join(canary, 'canary.csv')], '44/59/9', canary, true);
const [alive] = readSheet(path.join(canary, 'canary.fods'));
for (const column of [0, 1, 3, 4]) {
  expect(alive[column]?.formula !== undefined, `column ${column + 1} of the canary does not compute`);
}

for (const delimiter of new Set(sheets.map((sheet) => sheet.delimiter))) {
  const files = sheets.filter((sheet) => sheet.delimiter === delimiter);
  const ways = {
    own: {splitAt: separators[delimiter]},
    trimmed: {splitAt: separators[delimiter], trims: true},
    any: {splitAt: '44/59/9'},
  };
  if (delimiter === '|') delete ways.any;
  for (const [way, {splitAt, trims}] of Object.entries(ways)) {
    const out = path.join(folder, way);
    open(files.map((sheet) => sheet.file), splitAt, out, trims);
    for (const {name, rows} of files) {
      checkSheet(rows, readSheet(path.join(out, name.replace(/csv$/, 'fods'))), `${way}/${name}`,
                 trims);
    }
  }
}

const cells = sheets.reduce((sum, {rows}) => sum + rows.flat().length, 0);
console.log(`${sheets.length} sheets of ${cells} cells: ${checks} checks, ${faults} failed`);
process.exit(faults === 0 ? 0 : 1);
