import type { z } from 'zod';

export class TapFileProblem extends Error {
  override readonly name = 'TapFileProblem';
}

export function refuseFile(file: string, ...what: string[]): TapFileProblem {
  if (what.length === 1) return new TapFileProblem(`${file} ${what[0]}.`);
  return new TapFileProblem(
    [`${file} has ${what.length} mistakes:`, ...what.map((one) => `  ${one}`)].join('\n'),
  );
}

/** `taps.0.valve.line: …`, so that the place is found by eye. */
export function sayIssue(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}
