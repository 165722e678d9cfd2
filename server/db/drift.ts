import type { Sequelize } from 'sequelize';
import { describeSchema } from './describeSchema.ts';

const SHOWN = 5;

/**
 * Refuses a database whose schema is not the one that the migrations make, and names the first differences: someone
 * changed it by hand, or a migration was edited after it had run.
 */
export async function assertNoDrift(sequelize: Sequelize, expected: string, appRole: string): Promise<void> {
  const differences = schemaDifferences(expected, await describeSchema(sequelize, appRole));
  if (differences.length === 0) return;
  const more = differences.length > SHOWN ? [`… and ${differences.length - SHOWN} more`] : [];
  throw new Error(
    [
      'Schema drift: the database differs from migrations/schema.sql. Undo the change by hand, restore a backup, or,',
      'if the difference is wanted, write it as a migration (`npm run db:new -- <name>`) and regenerate the file.',
      ...differences.slice(0, SHOWN),
      ...more,
    ].join('\n'),
  );
}

/** Lines of one description that the other lacks, each with the object that it belongs to. */
export function schemaDifferences(expected: string, live: string): string[] {
  const wanted = countLines(expected);
  const found = countLines(live);
  return [
    ...[...wanted]
      .filter(([line, count]) => (found.get(line) ?? 0) < count)
      .map(([line]) => `missing:    ${line}`),
    ...[...found]
      .filter(([line, count]) => (wanted.get(line) ?? 0) < count)
      .map(([line]) => `unexpected: ${line}`),
  ];
}

function countLines(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  let object = '';
  for (const raw of text.replaceAll('\r\n', '\n').split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('--')) continue;
    if (!raw.startsWith(' ')) object = line;
    const key = raw.startsWith(' ') ? `${object}: ${line}` : line;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
