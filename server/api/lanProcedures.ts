import { initTRPC } from '@trpc/server';
import { DomainError } from '#domain/errors';
import type { LanContext } from '#server/api/context';
import { formatError, wireError } from '#server/api/errors';
import { assertPlainText } from '#server/api/plainText';
import type { KnownNode } from '#server/api/nodeRegistry';

import type { LanMeta } from '#server/api/rules';
import { takeUpNextKey } from '#server/services/renewNode';

const PING_MS = 2_000;
const SILENT_MS = 6_000;

/** The TLS port on the bar's LAN: tap nodes, and nodes that are being enrolled. */
const t = initTRPC
  .context<LanContext>()
  .meta<LanMeta>()
  .create({
    errorFormatter: formatError,
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: PING_MS }, client: { reconnectAfterInactivityMs: SILENT_MS } },
  });

export const lanRouterOf = t.router;

const withErrors = t.procedure.use(async ({ ctx, path, next }) => {
  const result = await next();
  if (!result.ok) throw wireError(result.error, (cause) => ctx.app.report(cause, path));
  return result;
});

const plainText = t.middleware(async ({ getRawInput, next }) => {
  assertPlainText(await getRawInput());
  return next();
});

/** Without a certificate: only so many tries per address and by everybody together. */
const strangerProcedure = (limit: 'enrolmentTries' | 'pairingLooks') =>
  withErrors
    .meta({ may: 'anyone' })
    .use(({ ctx, next }) => {
      const seconds_left = ctx.app[limit].take(ctx.address);
      if (seconds_left > 0) throw new DomainError('request.too_many', { seconds_left });
      return next();
    })
    .use(plainText);

/** What could be guessed, or leaves a row. */
export const enrolmentProcedure = strangerProcedure('enrolmentTries');
/** Of a request that was made: named by a random id, and asked every two seconds. */
export const pairingProcedure = strangerProcedure('pairingLooks');

/** A node whose certificate this till made, neither revoked nor expired; of reports, which are never refused, also unusable text. */
export const reportProcedure = withErrors.meta({ may: 'node' }).use(async ({ ctx, next }) => {
  const node = await knownNode(ctx);
  ctx.app.nodes.speaks(node.node_id, ctx.socket);
  return next({ ctx: { node } });
});

/** As above, for everything that may be refused. */
export const nodeProcedure = reportProcedure.use(plainText);

async function knownNode({ app, spki, address, foreign }: LanContext): Promise<KnownNode> {
  const node = spki && (await app.nodes.bySpki(spki));
  if (!node) {
    await app.strangers.refused({ address, spki_sha256: spki, foreign });
    throw new DomainError('node.not_allowed');
  }
  if (!node.next_key) return node;
  await takeUpNextKey(app.deps, spki);
  app.nodes.cut(node.node_id);
  return node;
}
