import type { NodeRegistry } from '#server/api/nodeRegistry';
import type { BackupWatch } from '#server/backup/watch';
import type { EventTail } from '#server/events/tail';
import type { LiveStore } from '#server/live/liveStore';
import type { PushHub } from '#server/live/pushHub';
import type { Authority } from '#server/security/authority';
import type { StrangerLog } from '#server/api/strangerLog';
import type { RateLimit } from '#server/security/rateLimit';
import type { Deps } from '#server/services/support/deps';

/** What a running server is made of, as the procedures see it. */
export interface App {
  readonly deps: Deps;
  /** of this life of the database */
  readonly incarnation: string;
  readonly tail: EventTail;
  readonly live: LiveStore;
  readonly hub: PushHub;
  readonly authority: Authority;
  readonly backups: BackupWatch;
  readonly nodes: NodeRegistry;
  readonly strangers: StrangerLog;
  readonly enrolmentTries: RateLimit;
  readonly pairingLooks: RateLimit;
  readonly recoveryTries: RateLimit;
  /** random per start: the window's by the shell, the station's by its environment */
  readonly tokens: { readonly till: string; readonly station: string };
  /** unexpected errors, without what was asked and without names */
  readonly report: (error: unknown, where: string) => void;
}
