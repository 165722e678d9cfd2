import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeText, commitmentText, pairingCode, showPairingCode } from './pairing.ts';

const hex = (of: string) => of.repeat(64);
const parts = {
  ca_spki_sha256: hex('a'),
  node_spki_sha256: hex('b'),
  node_nonce: hex('c'),
  till_nonce: hex('d'),
};

describe('the code of a pairing', () => {
  it('is six digits, whatever the hash', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9a-f]{64}$/), (hash) => {
        expect(pairingCode(hash)).toMatch(/^\d{6}$/);
      }),
    );
    expect(pairingCode('0'.repeat(64))).toBe('000000');
    expect(pairingCode('f'.repeat(64))).toBe(String((2 ** 48 - 1) % 1_000_000));
  });

  it('hangs on each key and each number, and never takes one for another', () => {
    const texts = [
      codeText(parts),
      ...Object.keys(parts).map((key) => codeText({ ...parts, [key]: hex('e') })),
      codeText({ ...parts, node_nonce: parts.till_nonce, till_nonce: parts.node_nonce }),
    ];
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('the commitment hangs on the number and on the key, and is no code', () => {
    const { node_spki_sha256, node_nonce } = parts;
    const mine = commitmentText({ node_spki_sha256, node_nonce });
    expect(commitmentText({ node_spki_sha256, node_nonce: hex('e') })).not.toBe(mine);
    expect(commitmentText({ node_spki_sha256: hex('e'), node_nonce })).not.toBe(mine);
    expect(codeText(parts)).not.toContain(mine);
  });

  it('is read in two groups', () => {
    expect(showPairingCode('427105')).toBe('427 105');
  });
});
