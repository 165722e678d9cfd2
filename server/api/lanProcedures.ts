import { initTRPC } from '@trpc/server';
import { DomainError } from '#domain/errors';
import type { LanContext } from '#server/api/context';
import { formatError, wireError } from '#server/api/errors';
import type { LanMeta } from '#server/api/rules';

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

const withErrors = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw wireError(result.error);
  return result;
});

/** Without a certificate: only enrolment, rate-limited. */
export const publicProcedure = withErrors.meta({ may: 'anyone' });

/** A node whose certificate this till made, neither revoked nor expired. */
export const nodeProcedure = withErrors.meta({ may: 'node' }).use(async ({ ctx, next }) => {
  const node_id = await nodeOf(ctx);
  return next({ ctx: { node: { node_id } } });
});

async function nodeOf(_ctx: LanContext): Promise<number> {
  throw new DomainError('node.not_allowed');
}
