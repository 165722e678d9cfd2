import { describe, expect, it } from 'vitest';
import { backupName, expiredBackups, newestBackup } from './files.ts';
import { decideBackup, RETRY_MS } from './schedule.ts';
import type { ScheduleFacts } from './schedule.ts';
import { readBackupSettings } from './settings.ts';

const at = (text: string): Date => new Date(text);
const facts = (change: Partial<ScheduleFacts>): ScheduleFacts => ({
  now: at('2026-11-24T20:00:00Z'),
  time_zone: 'Europe/Moscow',
  last_ok_at: at('2026-11-24T10:00:00Z'),
  last_try_at: undefined,
  shift_closed_at: undefined,
  ...change,
});

describe('a backup is due', () => {
  it('never twice in one business date, unless a shift was closed', () => {
    expect(decideBackup(facts({}))).toBeUndefined();
    // 05:59 in Moscow is still yesterday, 06:00 is not.
    expect(decideBackup(facts({ now: at('2026-11-25T02:59:59Z') }))).toBeUndefined();
    expect(decideBackup(facts({ now: at('2026-11-25T03:00:00Z') }))).toBe('nightly');
  });

  it('as soon as a shift was closed, also one that closed while the last backup was being made', () => {
    const last_ok_at = at('2026-11-24T10:00:00Z');
    expect(decideBackup(facts({ shift_closed_at: at('2026-11-24T10:00:01Z') }))).toBe('shift_closed');
    expect(decideBackup(facts({ shift_closed_at: last_ok_at }))).toBe('shift_closed');
    expect(decideBackup(facts({ shift_closed_at: at('2026-11-24T09:59:59Z') }))).toBeUndefined();
  });

  it('at once when there is none, and after days when the till was off', () => {
    expect(decideBackup(facts({ last_ok_at: undefined }))).toBe('nightly');
    expect(decideBackup(facts({ last_ok_at: at('2026-11-01T00:00:00Z') }))).toBe('nightly');
  });

  it('ten minutes after one that failed, not every minute; a clock set back does not silence it', () => {
    const last_try_at = at('2026-11-25T05:00:00Z');
    const later = (ms: number) => facts({ last_try_at, now: new Date(last_try_at.getTime() + ms) });
    expect(decideBackup(later(RETRY_MS - 1))).toBeUndefined();
    expect(decideBackup(later(RETRY_MS))).toBe('nightly');
    expect(decideBackup(later(-3 * 86_400_000))).toBe('nightly');
  });
});

describe('names of backups', () => {
  const mine = { incarnation: 'ab12cd34-0000-4000-8000-000000000000' };
  const names = ['2026-11-22T03:00:00Z', '2026-11-23T03:00:00Z', '2026-11-24T03:00:00.250Z'].map((time) =>
    backupName({ ...mine, created_at: at(time) }),
  );
  const others = [
    'taptill-ffffffff-2026-11-25T03-00-00-000Z.backup',
    'notes.txt',
    '.taptill-ab12cd34-x.partial-1',
  ];

  it('tell when the newest of this bar was begun, whatever else lies there', () => {
    expect(newestBackup([...others, ...names], mine.incarnation)?.toISOString()).toBe(
      '2026-11-24T03:00:00.250Z',
    );
    expect(newestBackup(others, mine.incarnation)).toBeUndefined();
  });

  it('let retention take the oldest of this bar only, and never the last one', () => {
    expect(expiredBackups([...others, ...names], mine.incarnation, 2)).toEqual([names[0]]);
    expect(expiredBackups([...others, ...names], mine.incarnation, 0)).toEqual(names.slice(0, 2));
    expect(expiredBackups(names, mine.incarnation, 9)).toEqual([]);
  });
});

describe('the environment', () => {
  it('turns automatic backups on by naming a place, and then needs a passphrase', () => {
    expect(readBackupSettings({})).toBeUndefined();
    expect(() => readBackupSettings({ TAPTILL_BACKUP_DIR: '/b' })).toThrow(/needs a passphrase/);
    const env = { TAPTILL_BACKUP_DIR: '/b', TAPTILL_BACKUP_PASSPHRASE: 'eight characters' };
    expect(readBackupSettings(env)).toMatchObject({ to: '/b', keep: 30 });
    expect(() => readBackupSettings({ ...env, TAPTILL_BACKUP_KEEP: '0' })).toThrow(/from 1 to 9999/);
    expect(() => readBackupSettings({ ...env, TAPTILL_BACKUP_PASSPHRASE_FILE: '/nowhere' })).toThrow(
      'The passphrase file /nowhere cannot be read.',
    );
  });
});
