import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Sequelize } from 'sequelize';
import type { Flags } from '#domain/flags';
import type { App } from '#server/api/app';
import { nodeRegistry, type NodeRegistry } from '#server/api/nodeRegistry';
import { backupWatch } from '#server/backup/watch';
import { strangerLog } from '#server/api/strangerLog';
import { openWakeChannel } from '#server/events/notify';
import { openEventTail, type StoredEvent } from '#server/events/tail';
import { configPusher } from '#server/live/configPusher';
import { liveStore } from '#server/live/liveStore';
import { pushHub } from '#server/live/pushHub';
import type { Log } from '#server/log';
import { initModels } from '#server/models/init';
import { openAuthority } from '#server/security/authority';
import { rateLimit } from '#server/security/rateLimit';
import { newToken } from '#server/security/secrets';
import { endLease, restartLeases } from '#server/services/endLease';
import type { Clock, Deps } from '#server/services/support/deps';
import { leaseClock } from '#server/services/support/leaseClock';
import { readSettings } from '#server/services/support/settings';

export interface AppOptions {
  readonly sequelize: Sequelize;
  /** for the connection that listens and notifies */
  readonly appUrl: string;
  readonly dataDir: string;
  readonly flagOverrides: Partial<Flags>;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface OpenApp extends App {
  close(): Promise<void>;
}

const ENROLMENT_TRIES = { perAddress: 5, global: 20, windowMs: 60_000 };
const PAIRING_LOOKS = { perAddress: 240, global: 600, windowMs: 60_000 };
const RECOVERY_TRIES = { perAddress: 5, global: 5, windowMs: 15 * 60_000 };

/** Puts the server together on a database that is ready: everything but the ports. */
export async function openApp(options: AppOptions): Promise<OpenApp> {
  const { sequelize, log, clock = systemClock } = options;
  const live = liveStore(() => clock.monotonic());
  const hub = pushHub();
  const onError = (where: string) => (error: unknown) => log.unexpected(error, where);
  const wakes: (() => void)[] = [];
  const leases = leaseClock(clock, (grant_id) => endLease(deps, grant_id), onError('lease'));
  const deps: Deps = {
    sequelize,
    models: initModels(sequelize),
    clock,
    random: { uuid: () => randomUUID(), hex: (bytes) => randomBytes(bytes).toString('hex') },
    leases,
    live,
    flag_overrides: options.flagOverrides,
    wake: () => {
      for (const wake of wakes) wake();
    },
    push: (node_id, command) => hub.push(node_id, command),
  };
  const { incarnation } = await readSettings(sequelize);
  const tail = await openEventTail({ sequelize, onError: quietly(onError('events')) });
  const channel = openWakeChannel({ url: options.appUrl, onWake: () => tail.poke() });
  wakes.push(
    () => tail.poke(),
    () => channel.wake(),
  );
  const nodes = nodeRegistry(deps);
  tail.attach(nodeEvents(nodes));
  tail.attach(configPusher(deps, hub, onError('config push')));
  await restartLeases(deps);
  return {
    deps,
    incarnation,
    tail,
    live,
    hub,
    nodes,
    strangers: strangerLog(deps),
    backups: backupWatch(),
    authority: await openAuthority(join(options.dataDir, 'keys')),
    enrolmentTries: rateLimit({ ...ENROLMENT_TRIES, monotonic: () => clock.monotonic() }),
    pairingLooks: rateLimit({ ...PAIRING_LOOKS, monotonic: () => clock.monotonic() }),
    recoveryTries: rateLimit({ ...RECOVERY_TRIES, monotonic: () => clock.monotonic() }),
    tokens: { till: newToken(), station: newToken() },
    report: (error, where) => log.unexpected(error, where),
    async close() {
      leases.stop();
      live.close();
      await channel.close();
      await tail.close();
    },
  };
}

const systemClock: Clock = { now: () => new Date(), monotonic: () => performance.now() };

/** Nodes and their taps change in any process on this database. */
const nodeEvents = (nodes: NodeRegistry) => (events: readonly StoredEvent[]) => {
  for (const { event } of events) {
    if (event.type !== 'tap.changed' || !['node', 'node_revoked'].includes(String(event.details['what'])))
      continue;
    const { node_id } = event.details;
    if (typeof node_id === 'number') nodes.cut(node_id);
    else nodes.forget();
  }
};

/** A database that is away is asked each second: that is said once, not sixty times a minute. */
function quietly(say: (error: unknown) => void, every_ms = 30_000): (error: unknown) => void {
  let last = -Infinity;
  return (error) => {
    if (performance.now() - last < every_ms) return;
    last = performance.now();
    say(error);
  };
}
