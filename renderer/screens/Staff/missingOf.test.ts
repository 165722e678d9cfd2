import { describe, expect, it } from 'vitest';
import { missingOf } from './missingOf.ts';

const filled = { name: 'Олег', pin: '2580', again: '2580', reason: 'уволился', card_uid: '04A1B2C3D4E580' };

describe('a change of staff', () => {
  it.each([
    ['create', { name: ' ' }, 'name'],
    ['create', { pin: '258' }, 'pin'],
    ['create', { again: '2581' }, 'again'],
    ['rename', { name: '' }, 'name'],
    ['setPin', { pin: '', again: '' }, 'pin'],
    ['setPin', { again: '' }, 'again'],
    ['setCard', { card_uid: null }, 'card'],
    ['setRole', { reason: '' }, 'reason'],
    ['deactivate', { reason: ' ' }, 'reason'],
  ] as const)('%s with %j lacks its %s', (change, part, missing) => {
    expect(missingOf({ change, ...filled, ...part })).toBe(missing);
  });

  it('asks for nothing that it does not need', () => {
    const empty = { name: '', pin: '', again: '', reason: '', card_uid: null };
    expect(missingOf({ change: 'unlock', ...empty })).toBeNull();
    expect(missingOf({ change: 'reactivate', ...empty })).toBeNull();
    expect(missingOf({ change: 'takeCard', ...empty })).toBeNull();
    expect(missingOf({ change: 'setPin', ...empty, pin: '2580', again: '2580' })).toBeNull();
    expect(missingOf({ change: 'create', ...filled, reason: '' })).toBeNull();
  });
});
