import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FLAGS } from '#domain/flags';
import { REFUSAL_CODES } from '#domain/grant/refusals';
import { ACTION_BLOCKERS, ACTIONS } from '#domain/visit/actions';
import { ERROR_CODES } from '#domain/errors';
import { LIVE_EVENTS } from '#domain/protocol/till';
import { READER_STATES } from '#domain/protocol/equipment';
import { CARD_STATES } from '#domain/card/states';
import { PAYMENT_METHODS } from '#domain/ledger/accounts';
import { CORRECTION_KINDS } from '#domain/pour/charge';
import { QUARANTINE_REASONS } from '#domain/pour/decideSettle';
import { ODDITIES } from '#domain/pour/oddities';
import { ADJUSTABLE_KINDS } from '#domain/review/compare';
import { RESOLUTIONS } from '#domain/review/states';
import { OPEN_WARNINGS } from '#domain/shift/openWarning';
import { ROLES } from '#domain/staff/roles';
import { FIELDS, SECTIONS } from '../screens/Settings/fields.ts';
import { en } from './en.ts';
import { ru } from './ru.ts';

type Words = { [key: string]: string | Words };

function flat(words: Words, prefix = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') all.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) all.set(inner, text);
  }
  return all;
}

const RU = flat(ru);
const EN = flat(en);
const PLURALS = /_(one|few|many|other)$/;
const keysOf = (words: Map<string, string>): string[] =>
  [...new Set([...words.keys()].map((key) => key.replace(PLURALS, '')))].sort();

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['testing', 'i18n'].includes(entry.name) ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [path] : [];
  });
}

const code = sources(join(import.meta.dirname, '..'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');
/** `'words.like.these'` anywhere in the code: passed to t() or kept to be passed */
const used = [
  ...new Set(
    [...code.matchAll(/['"`]([a-z][a-zA-Z]+(?:\.[a-zA-Z_0-9]+)+)['"`]/g)].map((match) => match[1] ?? ''),
  ),
];

/** names of the wire that look like keys */
const EVENTS = new Set<string>([
  ...LIVE_EVENTS,
  ...ERROR_CODES,
  'pour.progress',
  'tap.heartbeat',
  'card.scanned',
  'card.removed',
  'reader.changed',
]);

describe('the words of the screens', () => {
  it('both languages have the same keys', () => {
    expect(keysOf(RU)).toEqual(keysOf(EN));
  });

  it('plural words have every form of their language', () => {
    const plural = keysOf(RU).filter((key) => RU.has(`${key}_other`));
    expect(plural.length).toBeGreaterThan(3);
    for (const key of plural) {
      for (const form of ['one', 'few', 'many', 'other'])
        expect(RU.has(`${key}_${form}`), `${key}_${form}`).toBe(true);
      for (const form of ['one', 'other']) expect(EN.has(`${key}_${form}`), `${key}_${form}`).toBe(true);
    }
  });

  it('both languages name the same parameters in the same words', () => {
    const params = (text: string): string[] =>
      [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
    for (const [key, text] of RU) {
      const other = EN.get(key);
      if (other !== undefined) expect(params(text), key).toEqual(params(other));
    }
  });

  it('every key that the code uses is there', () => {
    const known = new Set(keysOf(RU));
    const areas = new Set(Object.keys(ru));
    const asked = used.filter((key) => areas.has(key.split('.')[0] ?? '') && !EVENTS.has(key));
    expect(asked.length).toBeGreaterThan(300);
    expect(asked.filter((key) => !known.has(key))).toEqual([]);
  });

  it('every word is used, by its key or by the beginning of a computed one', () => {
    const begins = [...code.matchAll(/`([a-zA-Z]+(?:\.[a-zA-Z]+)*\.)\$\{/g)].map((match) => match[1] ?? '');
    const asked = new Set(used);
    expect(
      keysOf(RU).filter((key) => !asked.has(key) && !begins.some((begin) => key.startsWith(begin))),
    ).toEqual([]);
  });

  it('whatever the wire may say has its words: blockers, actions, roles, readers, cards, methods', () => {
    const wanted = [
      ...ACTION_BLOCKERS.flatMap((blocker) => [`blocked.${blocker}.short`, `blocked.${blocker}.instead`]),
      ...ACTIONS.map((action) => `action.${action}`),
      ...ROLES.map((role) => `role.${role}`),
      ...REFUSAL_CODES.map((code) => `refused.${code}`),
      ...READER_STATES.map((state) => `reader.${state}`),
      ...CARD_STATES.map((state) => `card.${state}`),
      ...[...QUARANTINE_REASONS, ...ODDITIES, ...ADJUSTABLE_KINDS].map((kind) => `review.kind.${kind}`),
      ...CORRECTION_KINDS.map((kind) => `review.correction.${kind}`),
      ...RESOLUTIONS.map((one) => `review.resolved.${one}`),
      ...OPEN_WARNINGS.map((warning) => `shift.openWarning.${warning}`),
      ...FLAGS.flatMap((flag) => [`flags.name.${flag}`, `flags.meaning.${flag}`]),
      ...SECTIONS.flatMap((section) =>
        FIELDS[section].flatMap(({ path }) => [
          `settings.label.${section}.${path}`,
          `settings.note.${section}.${path}`,
        ]),
      ),
      ...PAYMENT_METHODS.map((method) => `money.${method}`),
    ];
    for (const key of wanted) expect(RU.has(key) && EN.has(key), key).toBe(true);
  });

  it('nothing is left in the other language, and nothing shouts', () => {
    for (const [key, text] of EN) expect(text, key).not.toMatch(/[а-яё]/i);
    for (const [key, text] of [...RU, ...EN]) expect(text, key).not.toMatch(/!|TODO|\berror\b|ошибка/i);
  });

  it('a refusal fits into the badge of its tap: at most 16 characters', () => {
    for (const code of REFUSAL_CODES)
      for (const words of [RU, EN])
        expect((words.get(`refused.${code}`) ?? '').length, code).toBeLessThanOrEqual(16);
  });
});
