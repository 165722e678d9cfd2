import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#build/lib/run';
import { VERSION } from '#domain/version';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const invariants = read('docs/INVARIANTS.md');
const schema = read('migrations/schema.sql');

const sources = ['domain', 'server', 'tap-node', 'e2e', 'electron'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }),
);
const named = (pattern: RegExp): string[] => [...invariants.matchAll(pattern)].map((match) => match[1] ?? '');

describe('docs/INVARIANTS.md', () => {
  it('numbers the fourteen invariants', () => {
    expect(named(/^\| (\d+) \|/gm).map(Number)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1));
  });

  it.each(named(/`([\w.]+\.test\.ts)`/g))('names the test %s, which exists', (file) => {
    expect(sources.some((source) => path.basename(source) === file)).toBe(true);
  });

  it.each(named(/`([a-z]+(?:_[a-z]+){2,})`/g))(
    'names the constraint %s, which the schema has',
    (constraint) => {
      expect(schema).toContain(constraint);
    },
  );
});

describe('README.md and docs/ARCHITECTURE.md', () => {
  const scripts = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  it('the version is the same everywhere', () => {
    expect(JSON.parse(read('package.json'))).toMatchObject({ version: VERSION });
  });

  it.each(['README.md', 'docs/demo.md', 'docs/migrations.md', 'docs/backup.md', 'docs/tap-node.md'])(
    '%s names only commands that exist',
    (file) => {
      const commands = [...read(file).matchAll(/npm (?:run )?([a-z][a-z:]*[a-z])(?![a-z:|*])/g)].map(
        (match) => match[1] ?? '',
      );
      const own = commands.filter((command) => !['ci', 'install', 'run', 'scripts'].includes(command));
      for (const command of own) expect(scripts.scripts).toHaveProperty([command]);
    },
  );

  it.each(['README.md', 'docs/ARCHITECTURE.md', 'docs/INVARIANTS.md'])(
    '%s links only to files that exist',
    (file) => {
      const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
      for (const link of links)
        expect(() => readdirOrRead(path.join(ROOT, path.dirname(file), link))).not.toThrow();
    },
  );
});

function readdirOrRead(target: string): void {
  if (target.endsWith('/') || !path.basename(target).includes('.')) readdirSync(target);
  else readFileSync(target);
}
