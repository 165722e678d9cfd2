import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assetOf, contentPolicy, isPage } from './assets.ts';

const ROOT = '/opt/till/renderer';

describe('assetOf', () => {
  it.each([
    ['app://till/', `${ROOT}/index.html`],
    ['app://till/visits/17', `${ROOT}/index.html`],
    ['app://till/assets/index-a1.js', `${ROOT}/assets/index-a1.js`],
    ['app://till/assets/inter.woff2?v=2#x', `${ROOT}/assets/inter.woff2`],
  ])('%s is %s', (address, file) => {
    expect(assetOf(ROOT, address)?.file).toBe(file);
  });

  it.each([
    'app://other/index.html',
    'file:///etc/passwd',
    'https://till/index.html',
    'app://till/%2e%2e%2fpackage.json',
    'app://till/assets/..%2f..%2fserver/main.cjs',
    'app://till/..%5c..%5cpackage.json',
    'app://till/%00.js',
    'app://till/%E0%A4%A.js',
    'app://till/native.node',
    'nonsense',
  ])('%s is refused', (address) => {
    expect(assetOf(ROOT, address)).toBeUndefined();
  });

  it('never leads out of the folder, whatever the address says', () => {
    const piece = fc.constantFrom('..', '.', '%2e%2e', '%2f', '%5c', 'a', 'b.js', '/', '//', '%252e', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const asset = assetOf(ROOT, `app://till/${pieces.join('/')}`);
        if (asset) expect(asset.file.startsWith(`${ROOT}/`)).toBe(true);
      }),
    );
  });
});

describe('isPage', () => {
  it('believes no look-alike', () => {
    expect(isPage('app://till/visits')).toBe(true);
    for (const other of ['app://till.example/', 'app://tills/', 'app://x@till:1/', 'https://till/', '']) {
      expect(isPage(other), other).toBe(false);
    }
  });
});

describe('contentPolicy', () => {
  it('lets the page speak to its own server and to nobody else', () => {
    expect(contentPolicy('http://127.0.0.1:4711')).toContain('connect-src http://127.0.0.1:4711;');
    expect(contentPolicy(undefined)).toContain("connect-src 'none';");
    expect(contentPolicy('http://127.0.0.1:4711')).toContain("script-src 'self';");
  });
});
