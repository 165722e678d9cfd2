import { expect, it } from 'vitest';
import { csvTable } from './csv.ts';

const ROWS = [
  ['Пиво', 'л', 'деньги', 'штук'],
  ['Пилс; «светлый», "свежий"', { value: 12_345, scale: 3 }, { value: -150, scale: 2 }, 7],
  ['', { value: 5, scale: 3 }, { value: 100_000_05, scale: 2 }, null],
] as const;

it('a Russian table has semicolons and decimal commas, an English one commas and points; both begin with the mark for Excel', () => {
  expect(csvTable(ROWS, 'ru')).toBe(
    '\uFEFFПиво;л;деньги;штук\r\n"Пилс; «светлый», ""свежий""";12,345;-1,50;7\r\n;0,005;100000,05;\r\n',
  );
  expect(csvTable(ROWS, 'en')).toBe(
    '\uFEFFПиво,л,деньги,штук\r\n"Пилс; «светлый», ""свежий""",12.345,-1.50,7\r\n,0.005,100000.05,\r\n',
  );
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1+1', '\u00a0=1+1', '\t=1', '\r=1', '\n=1'])(
  'a text that would be a formula stays text: %j',
  (text) => {
    expect(csvTable([[text]], 'en')).toMatch(/^\uFEFF"?'/);
  },
);

it('a text with a line break or a quote stays one cell', () => {
  expect(csvTable([['a\nb', 'c"d']], 'en')).toBe('\uFEFF"a\nb","c""d"\r\n');
});
