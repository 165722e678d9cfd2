/** `taptill-<first of the incarnation>-<time>.backup`: names of one bar's life sort by time. */
export function backupName(of: { incarnation: string; created_at: Date }): string {
  return `${prefixOf(of.incarnation)}${of.created_at.toISOString().replaceAll(/[:.]/g, '-')}.backup`;
}

const prefixOf = (incarnation: string): string =>
  `taptill-${incarnation.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 8)}-`;

const TIME = /(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)-(\d{3}Z)\.backup$/;

/** This bar's, oldest first; other bars' and earlier lives' backups are none of its business. */
const own = (names: readonly string[], incarnation: string): string[] =>
  names.filter((name) => name.startsWith(prefixOf(incarnation)) && TIME.test(name)).sort();

/** When the newest of this bar's backups was begun. */
export function newestBackup(names: readonly string[], incarnation: string): Date | undefined {
  const [, day, hour, minute, second, rest] = TIME.exec(own(names, incarnation).at(-1) ?? '') ?? [];
  if (!day) return undefined;
  return new Date(`${day}${hour ?? ''}:${minute ?? ''}:${second ?? ''}.${rest ?? ''}`);
}

/** What retention lets go: all but the newest `keep` (at least one stays). */
export function expiredBackups(names: readonly string[], incarnation: string, keep: number): string[] {
  return own(names, incarnation).slice(0, -Math.max(1, Math.trunc(keep)));
}
