import { describe, expect, it } from 'vitest';
import { readCommand, UsageError } from './cli.ts';

describe('the command line of a tap', () => {
  it('enrols with a code, at the till of this machine unless told otherwise', () => {
    expect(readCommand(['--enrol', 'SECRET12-0011223344556677', '--data', '/srv/tap'], {})).toEqual({
      kind: 'enrol',
      code: 'SECRET12-0011223344556677',
      till_url: 'https://localhost:8766',
      directory: '/srv/tap',
    });
  });

  it('runs as enrolled, without anything simulated from outside', () => {
    expect(readCommand([], { TAPTILL_NODE_DATA_DIR: '/srv/tap' })).toEqual({
      kind: 'run',
      directory: '/srv/tap',
      config: null,
      till_url: null,
      screen_port: null,
      language: null,
      simulation: { taps: null, seed: 1, cards: [], exact: false },
    });
  });

  it('takes a simulation: taps, seed, cards in any spelling', () => {
    const command = readCommand(
      ['--simulate', '4', '--seed', '7', '--cards', '04:a1:b2:c3:d4:e5:80, 04FFFFFFFFFF80'],
      {},
    );
    expect(command).toMatchObject({
      simulation: { taps: 4, seed: 7, cards: ['04A1B2C3D4E580', '04FFFFFFFFFF80'] },
    });
  });

  it.each([
    [['--till', 'http://127.0.0.1:1'], /no address of a till: write it as https/],
    [['--till', 'nonsense'], /no address of a till/],
    [['--simulate', 'many'], /--simulate many is not a whole number from 0 to 32/],
    [['--seed', '-1'], /seed/],
    [['--screen-port', '70000'], /from 0 to 65535/],
    [['--language', 'de'], /ru or en/],
    [['--cards', 'zz'], /zz is no card UID; write 8, 14 or 20 hex digits/],
    [['--frobnicate'], /--enrol CODE/],
    [['pour'], /--enrol CODE/],
  ])('%j is refused in a sentence that says what to type', (args, sentence) => {
    expect(() => readCommand(args, {})).toThrow(UsageError);
    expect(() => readCommand(args, {})).toThrow(sentence);
  });
});
