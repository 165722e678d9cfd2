import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTapFile, readTapFile } from './tapFile.ts';
import { TapFileProblem } from './tapFileProblem.ts';

const one = { meter: { line: 27 }, valve: { line: 17 } };
const two = { tap: 2, reader: { name: '01 00' }, meter: { line: 22 }, valve: { line: 23 } };
const parse = (value: unknown) => parseTapFile('tap.json', JSON.stringify(value));

describe('tap.json', () => {
  it('says of one tap only its lines; the rest is as usual', () => {
    expect(parse({ taps: [one] })).toEqual({
      taps: [
        {
          reader: { uid_order: 'as_read' },
          meter: { chip: 'gpiochip0', line: 27, edge: 'falling', bias: 'pull_up', debounce_us: 1_200 },
          valve: { chip: 'gpiochip0', line: 17, opens_at: 'high' },
        },
      ],
    });
  });

  it('says of two taps which is which', () => {
    const file = { taps: [{ tap: 1, reader: { name: '00 00' }, ...one }, two] };
    expect(parse(file).taps.map(({ tap }) => tap)).toEqual([1, 2]);
  });

  it.each<[string, unknown, RegExp]>([
    ['no taps', { taps: [] }, /tap\.json taps: /],
    ['a wrong key', { taps: [{ ...one, vlave: {} }] }, /taps\.0: .*vlave/],
    ['a line that is none', { taps: [{ ...one, valve: { line: 'GPIO17' } }] }, /taps\.0\.valve\.line: /],
    [
      'a level that is none',
      { taps: [{ ...one, valve: { line: 17, opens_at: 'up' } }] },
      /taps\.0\.valve\.opens_at: .*high.*low/,
    ],
    [
      'one line twice',
      { taps: [{ meter: { line: 17 }, valve: { line: 17 } }] },
      /taps\.0\.valve\.line: line 17 of gpiochip0 is used by taps\.0\.meter\.line already/,
    ],
    [
      'one number twice',
      { taps: [{ tap: 2, reader: { name: 'a' }, ...one }, two] },
      /taps\.1\.tap: tap 2 is used/,
    ],
    [
      'one reader twice',
      { taps: [{ tap: 1, reader: { name: '01 00' }, ...one }, two] },
      /taps\.1\.reader\.name: "01 00" is used/,
    ],
    [
      'two taps without numbers',
      { taps: [{ ...one, reader: { name: 'x' } }, two] },
      /taps\.0\.tap: is needed/,
    ],
    ['two taps without readers', { taps: [{ ...one, tap: 1 }, two] }, /taps\.0\.reader\.name: .*--check/],
    ['a till without https', { till_url: 'http://till:8766', taps: [one] }, /till_url: write it as https:/],
    ['a language', { language: 'de', taps: [one] }, /language: .*ru.*en/],
  ])('%s is refused with its place', (_, value, sentence) => {
    expect(() => parse(value)).toThrow(TapFileProblem);
    expect(() => parse(value)).toThrow(sentence);
  });

  it('tells all mistakes at once', () => {
    expect(() => parse({ taps: [{ meter: { line: -1 }, valve: {} }] })).toThrow(
      /has 2 mistakes:\n {2}taps\.0\.meter\.line.*\n {2}taps\.0\.valve\.line/,
    );
  });

  it('knows the NUL bytes of a power cut, a file that is no JSON, and one that is not there', () => {
    expect(() => parseTapFile('tap.json', '\0'.repeat(512))).toThrow(/is empty: a power cut/);
    expect(() => parseTapFile('tap.json', '')).toThrow(/is empty/);
    expect(() => parseTapFile('tap.json', '{ "taps": [ }')).toThrow(/is no JSON/);
    const directory = mkdtempSync(join(tmpdir(), 'taptill-file-'));
    expect(() => readTapFile(join(directory, 'tap.json'))).toThrow(/tap\.json cannot be read/);
    writeFileSync(join(directory, 'tap.json'), JSON.stringify({ taps: [one] }));
    expect(readTapFile(join(directory, 'tap.json')).taps).toHaveLength(1);
    rmSync(directory, { recursive: true, force: true });
  });
});
