import { join } from 'node:path';
import { agreeOnFlags } from '#server/agreeOnFlags';
import { listenLan } from '#server/api/listen/lan';
import { listenLoopback, type Listener } from '#server/api/listen/loopback';
import { VERSION } from '#domain/version';
import { startBackups } from '#server/backup/runSchedule';
import { assertNoUnfinishedRestore } from '#server/backup/unfinished';
import type { Config } from '#server/config';
import { announceTill } from '#server/discovery/announceTill';
import { inTransaction } from '#server/db/inTransaction';
import { query } from '#server/db/query';
import { readyDatabase } from '#server/db/readyDatabase';
import { every } from '#server/every';
import type { Log } from '#server/log';
import { loggingStub } from '#server/pos/loggingStub';
import { deliverWaiting } from '#server/pos/deliver';
import { printWaiting } from '#server/print/printWaiting';
import { openApp, type OpenApp } from '#server/openApp';
import { appendAudit } from '#server/services/support/appendAudit';
import { forgetOldGuests } from '#server/services/forgetOldGuests';
import { sealLedger } from '#server/services/sealLedger';

export interface RunningServer {
  readonly url: string;
  readonly lanPort: number;
  readonly tillToken: string;
  readonly stationToken: string;
  stop(): Promise<void>;
}

const SEAL_EVERY_MS = 1_000;
const DELIVER_EVERY_MS = 1_000;
const PRINT_EVERY_MS = 500;
const RETENTION_EVERY_MS = 6 * 3_600_000;

/** Starts everything in its order; stops it in the reverse one. What fails half-way is taken down again. */
export async function runServer(config: Config, log: Log): Promise<RunningServer> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse())
      await end().catch((error: unknown) => log.unexpected(error, 'stop'));
  };
  try {
    const { dataDir, pgBinDir, appUrl, ownerUrl, migrationsDir } = config;
    assertNoUnfinishedRestore(dataDir);
    const database = await readyDatabase({
      cluster: { dataDir, binDir: pgBinDir },
      appUrl,
      ownerUrl,
      migrationsDir,
      log: (sentence) => log.info(sentence),
    });
    ends.push(database.close);
    const { sequelize } = database;
    const { flagOverrides } = config;
    const agreement = await agreeOnFlags({
      url: database.appUrl,
      overrides: flagOverrides,
      onError: (error) => log.unexpected(error, 'flags'),
    });
    ends.push(() => agreement.close());
    const app = await openApp({ sequelize, appUrl: database.appUrl, dataDir, flagOverrides, log });
    ends.push(() => app.close());
    await sayWhatStarted(app, log);
    ends.push(startSealer(app, log));
    const backups = startBackups({
      settings: config.backups,
      sequelize,
      databaseUrl: database.ownerUrl ?? database.appUrl,
      keysDir: join(dataDir, 'keys'),
      appVersion: VERSION,
      log,
    });
    app.tail.attach((events) => backups.hear(events));
    const { backups: settings } = config;
    app.backups.ask(() => ({
      scheduled: settings !== undefined,
      second_place: settings?.second !== undefined,
      ...backups.status(),
    }));
    ends.push(() => backups.stop());
    ends.push(startRetention(app, log));
    const pos = loggingStub((sentence) => log.info(sentence));
    ends.push(
      every(
        DELIVER_EVERY_MS,
        () => deliverWaiting(app.deps, pos),
        (error) => log.unexpected(error, 'pos'),
      ),
      every(
        PRINT_EVERY_MS,
        () => printWaiting(app.deps),
        (error) => log.unexpected(error, 'printer'),
      ),
    );
    const { loopback, lan } = await openPorts(app, config, ends);
    if (config.announce) ends.push(announce(lan, log));
    const { till: tillToken, station: stationToken } = app.tokens;
    return { url: `http://127.0.0.1:${loopback.port}`, lanPort: lan.port, tillToken, stationToken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A bar whose network has no multicast writes the till's address at the tap by hand. */
function announce(lan: Listener, log: Log): () => Promise<void> {
  return announceTill({
    port: lan.port,
    onProblem: ({ message }) => log.warn(`Taps cannot find this till by themselves (mDNS): ${message}`),
  });
}

async function openPorts(
  app: OpenApp,
  config: Config,
  ends: (() => Promise<void>)[],
): Promise<{ loopback: Listener; lan: Listener }> {
  const lan = await listenLan(app, { port: config.lanPort, host: config.lanHost });
  ends.push(() => lan.close());
  const loopback = await listenLoopback(app, { port: config.httpPort, rendererDir: config.rendererDir });
  ends.push(() => loopback.close());
  return { loopback, lan };
}

/** Every second; at start and at the end everything that was ever left behind (docs/adr/0006). A power cut leaves a second unsealed. */
function startSealer({ deps }: OpenApp, log: Log): () => Promise<void> {
  const failed = (error: unknown): void => log.unexpected(error, 'sealer');
  const first = sealLedger(deps, { sweep: 'all' }).catch(failed);
  const end = every(SEAL_EVERY_MS, () => first.then(() => sealLedger(deps, { sweep: 'recent' })), failed);
  return async () => {
    await end();
    await first;
    await sealLedger(deps, { sweep: 'all' });
  };
}

/** Guests who were not seen for the setting's months are forgotten: at the start, and a few times a day. */
function startRetention(app: OpenApp, log: Log): () => Promise<void> {
  const forget = (): Promise<void> =>
    forgetOldGuests(app.deps).then(
      ({ forgotten, kept_for_money }) => {
        if (forgotten > 0) log.info(`${forgotten} guest(s) not seen for long were forgotten.`);
        if (kept_for_money > 0)
          log.warn(
            `${kept_for_money} guest(s) not seen for long still have money here: give it back or book it as unclaimed.`,
          );
      },
      (error: unknown) => log.unexpected(error, 'retention'),
    );
  let running = forget();
  const timer = setInterval(() => {
    running = running.then(forget);
  }, RETENTION_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function sayWhatStarted({ deps }: OpenApp, log: Log): Promise<void> {
  const overridden = Object.entries(deps.flag_overrides);
  if (overridden.length > 0) {
    await inTransaction(deps.sequelize, (unit) =>
      appendAudit(unit, { action: 'flag.overridden_at_start', details: deps.flag_overrides }),
    );
    log.warn(
      `Set by the environment: ${overridden.map(([flag, on]) => `${flag} ${on ? 'on' : 'off'}`).join(', ')}.`,
    );
  }
  const expired = await query<{ name: string }>(
    deps.sequelize,
    `SELECT name FROM nodes WHERE state = 'active' AND certificate_expires_at < $1`,
    [deps.clock.now()],
  );
  if (expired.length > 0)
    log.warn(`${expired.length} node(s) have a certificate that has ended: revoke and pair them again.`);
}
