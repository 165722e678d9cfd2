import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '#build/lib/run';

interface Finding {
  readonly code: string;
  readonly filename: string;
}

/** In a tree of its own, by the project's rules: what lint says of one file in each of these folders. */
function lint(files: readonly (readonly [folder: string, code: string])[]): Finding[] {
  const tree = mkdtempSync(path.join(tmpdir(), 'taptill-lint-'));
  try {
    for (const file of ['.oxlintrc.json', 'tsconfig.base.json', 'package.json'])
      cpSync(path.join(ROOT, file), path.join(tree, file));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
    for (const [n, [folder, code]] of files.entries()) {
      mkdirSync(path.join(tree, folder), { recursive: true });
      writeFileSync(path.join(tree, folder, `probe${n}.ts`), code);
    }
    const { stdout } = spawnSync(path.join(ROOT, 'node_modules/.bin/oxlint'), ['-f', 'json'], {
      cwd: tree,
      encoding: 'utf8',
    });
    return (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

describe('lint', () => {
  const MAY_NOT = [
    ['domain', "import fs from 'node:fs';\nexport const x = fs;\n"],
    ['domain', "import { x } from '#server/config';\nexport const y = x;\n"],
    ['renderer', "import { x } from '#server/api/tillRouter';\nexport const y = x;\n"],
    ['tap-node', "import { x } from '#server/api/lanRouter';\nexport const y = x;\n"],
    ['electron', "import { x } from '#server/main';\nexport const y = x;\n"],
  ] as const;
  const MAY = [
    ['renderer', "import type { TillRouter } from '#server/api/tillRouter';\nexport type Y = TillRouter;\n"],
    ['domain', "import { minor } from './quantity/money.ts';\nexport const y = minor(1);\n"],
  ] as const;
  const UNSOUND = [
    ['typescript(no-floating-promises)', 'Promise.resolve(1);\n'],
    ['typescript(no-explicit-any)', 'export const x = (y: any): unknown => y;\n'],
    ['typescript(no-unsafe-assignment)', "export const x: number = JSON.parse('1');\n"],
    [
      'typescript(switch-exhaustiveness-check)',
      "export function x(y: 'a' | 'b'): number {\n  switch (y) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
    ],
  ] as const;
  let found: Finding[];
  beforeAll(() => {
    found = lint([...MAY_NOT, ...MAY, ...UNSOUND.map(([, code]) => ['server', code] as const)]);
  });
  const saysOf = (n: number): string[] =>
    found.filter(({ filename }) => filename.endsWith(`probe${n}.ts`)).map(({ code }) => code);

  it.each(MAY_NOT.map(([folder, code], n) => ({ folder, code, n })))(
    '$folder may not write $code',
    ({ n }) => {
      expect(saysOf(n)).toContain('eslint(no-restricted-imports)');
    },
  );

  it.each(MAY.map(([folder, code], n) => ({ folder, code, n: MAY_NOT.length + n })))(
    '$folder may write $code',
    ({ n }) => {
      expect(saysOf(n)).not.toContain('eslint(no-restricted-imports)');
    },
  );

  it.each(UNSOUND.map(([rule], n) => ({ rule, n: MAY_NOT.length + MAY.length + n })))(
    'knows the types: $rule',
    ({ rule, n }) => {
      expect(saysOf(n)).toContain(rule);
    },
  );
});

describe('who may import whom, by dependency-cruiser', () => {
  let tree = '';
  beforeAll(() => {
    tree = mkdtempSync(path.join(tmpdir(), 'taptill-rules-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.base.json', 'package.json'])
      cpSync(path.join(ROOT, file), path.join(tree, file));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
    for (const folder of ['server/api', 'server/services', 'server/models', 'domain'])
      mkdirSync(path.join(tree, folder), { recursive: true });
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  function cruise(files: Record<string, string>): { status: number | null; output: string } {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(tree, name), text);
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        'server',
        'domain',
      ],
      { cwd: tree, encoding: 'utf8' },
    );
    for (const name of Object.keys(files)) rmSync(path.join(tree, name));
    return { status, output: stdout };
  }

  it('a cycle fails', () => {
    const { status, output } = cruise({
      'domain/a.ts': "import { b } from './b.ts';\nexport const a = (): unknown => b;\n",
      'domain/b.ts': "import { a } from './a.ts';\nexport const b = (): unknown => a;\n",
    });
    expect(output).toContain('no-cycles');
    expect(status).not.toBe(0);
  });

  it('a service that imports the api fails', () => {
    const { status, output } = cruise({
      'server/api/router.ts': 'export const router = 1;\n',
      'server/services/openVisit.ts':
        "import { router } from '#server/api/router';\nexport const openVisit = router;\n",
    });
    expect(output).toContain('nothing-imports-the-api');
    expect(status).not.toBe(0);
  });

  it('an api that imports a service is fine', () => {
    const { status } = cruise({
      'server/api/router.ts':
        "import { openVisit } from '#server/services/openVisit';\nexport const router = openVisit;\n",
      'server/services/openVisit.ts': 'export const openVisit = 1;\n',
    });
    expect(status).toBe(0);
  });
});
