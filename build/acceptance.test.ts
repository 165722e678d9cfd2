import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#build/lib/run';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const page = read('docs/acceptance.md');
const rows = page
  .split('\n')
  .filter((line) => /^\| (M\d|Defect \d|H\d)/.test(line))
  .map((line) =>
    line
      .slice(2)
      .split(' | ')
      .map((cell) => cell.replace(/ \|$/, '')),
  )
  .map(([name = '', ...cells]) => ({ name, cells }));
const filesOf = (text: string): string[] =>
  [...text.matchAll(/`([\w./-]+\.(?:test|spec)\.tsx?)`/g)].map((match) => match[1] ?? '');
/** Titles of tests, whatever quotes they are written in. */
const titlesOf = (file: string): string =>
  [...read(file).matchAll(/\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*(['"`])([\s\S]*?)\1,/g)]
    .map((match) => (match[2] ?? '').replaceAll(/\\(['"`])/g, '$1'))
    .join('\n');

describe('docs/acceptance.md', () => {
  it('has every milestone with its criteria, the twelve defects and the traces', () => {
    const named = (pattern: RegExp) => rows.filter(({ name }) => pattern.test(name)).length;
    const criteria = ['M1 ·', 'M2 ·', 'M3 ·', 'M3.5 ·', 'M4 ·', 'M4 contract ·', 'M5 ·', 'M6 ·', 'M7 ·'];
    expect(criteria.map((begin) => rows.filter(({ name }) => name.startsWith(begin)).length)).toEqual([
      3, 2, 3, 5, 3, 5, 2, 2, 2,
    ]);
    expect(named(/^Defect \d+ ·/)).toBe(12);
    const traces = rows.filter(({ name }) => /^H\d\d$/.test(name)).map(({ name }) => Number(name.slice(1)));
    expect(traces).toEqual(Array.from({ length: 32 }, (_, index) => index + 1).filter((n) => n !== 25));
  });

  it.each(rows)('$name: the test is there under this name', ({ name, cells }) => {
    const [file = ''] = filesOf(cells[0] ?? '');
    const begin = /^(Defect \d+ ·|H\d\d)/.exec(name)?.[0] ?? name;
    expect(
      titlesOf(file)
        .split('\n')
        .some((title) => title.startsWith(begin)),
    ).toBe(true);
  });

  it.each([...new Set(filesOf(page))])('names the file %s, which exists', (file) => {
    expect(existsSync(path.join(ROOT, file))).toBe(true);
  });

  it.each(
    rows.flatMap(({ cells }) =>
      cells.flatMap((cell) => {
        const [file = ''] = filesOf(cell);
        return [...cell.matchAll(/«([^»]+)»/g)].map((match) => [file, match[1] ?? ''] as const);
      }),
    ),
  )('%s has the test «%s»', (file, title) => {
    expect(titlesOf(file)).toContain(title);
  });
});

describe('docs/INVARIANTS.md', () => {
  const titles = titlesOf('server/acceptance/invariants.test.ts');
  it.each(Array.from({ length: 14 }, (_, index) => index + 1))(
    'invariant %i has a test with its number',
    (n) => {
      expect(titles).toMatch(new RegExp(`^invariant ${n}: `, 'm'));
    },
  );
});
