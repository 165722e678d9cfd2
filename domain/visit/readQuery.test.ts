import { describe, expect, it } from 'vitest';
import { shortId } from '../grant/shortId.ts';
import { readQuery } from './readQuery.ts';

const kinds = (query: string) => readQuery(query).map((reading) => reading.kind);

describe('the one search field takes', () => {
  it('a pour code with a right check digit, spaces or not', () => {
    const code = shortId(3, 127);
    expect(readQuery(code)[0]).toEqual({ kind: 'short_id', short_id: code });
    expect(readQuery(`${code.slice(0, 2)} ${code.slice(2, 5)} ${code.slice(5)}`)[0]).toEqual({
      kind: 'short_id',
      short_id: code,
    });
  });

  it('a mistyped code is no code', () => {
    const code = shortId(3, 127);
    const wrong = code.slice(0, 5) + String((Number(code[5]) + 1) % 10);
    expect(kinds(wrong)).not.toContain('short_id');
  });

  it('a card in any spelling', () => {
    expect(readQuery('04:a1:b2:c3:d4:e5:f6')).toEqual([{ kind: 'card', uid: '04A1B2C3D4E5F6' }]);
  });

  it('four or more digits are a phone tail before they are a visit', () => {
    expect(kinds('1038')).toEqual(['phone', 'visit_number']);
    expect(readQuery('+7 (916) 123-45-67')).toContainEqual({ kind: 'phone', tail: '79161234567' });
  });

  it('fewer digits, or № or #, are a visit', () => {
    expect(readQuery('42')).toEqual([{ kind: 'visit_number', visit_id: 42 }]);
    expect(readQuery('№1038')).toEqual([{ kind: 'visit_number', visit_id: 1038 }]);
    expect(readQuery('# 7')).toEqual([{ kind: 'visit_number', visit_id: 7 }]);
  });

  it('anything else is a name, without case and with ё as е', () => {
    expect(readQuery(' ФЁДОР ')).toEqual([{ kind: 'name', name: 'федор' }]);
    expect(readQuery('+++')).toEqual([{ kind: 'name', name: '+++' }]);
  });
});
