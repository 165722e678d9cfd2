import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ESLint } from 'eslint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '#build/lib/run';

const eslint = new ESLint({ cwd: ROOT });

async function problems(folder: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: path.join(ROOT, folder, 'importProbe.ts') });
  return results.flatMap((result) => result.messages.map((message) => message.ruleId ?? message.message));
}

describe('who may import whom, by lint', () => {
  it.each([
    ['domain', "import fs from 'node:fs';\nexport const x = fs;\n"],
    ['domain', "import { x } from '#server/config';\nexport const y = x;\n"],
    ['renderer', "import { x } from '#server/api/tillRouter';\nexport const y = x;\n"],
    ['tap-node', "import { x } from '#server/api/lanRouter';\nexport const y = x;\n"],
    ['electron', "import { x } from '#server/main';\nexport const y = x;\n"],
  ])('%s may not write %j', async (folder, code) => {
    expect(await problems(folder, code)).toContain('no-restricted-imports');
  });

  it.each([
    ['renderer', "import type { TillRouter } from '#server/api/tillRouter';\nexport type Y = TillRouter;\n"],
    ['domain', "import { minor } from './quantity/money.ts';\nexport const y = minor(1);\n"],
  ])('%s may write %j', async (folder, code) => {
    expect(await problems(folder, code)).not.toContain('no-restricted-imports');
  });
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
