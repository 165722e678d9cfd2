import { initTRPC } from '@trpc/server';
import { DomainError } from '#domain/errors';
import type { Role } from '#domain/staff/roles';
import type { TillContext } from '#server/api/context';
import { formatError, wireError } from '#server/api/errors';
import { assertPlainText } from '#server/api/plainText';
import { mayAct, type TillMeta } from '#server/api/rules';
import { inTransaction } from '#server/db/inTransaction';
import { findSession, touchSession, type SignedIn } from '#server/security/sessions';

const PING_MS = 2_000;
const SILENT_MS = 6_000;

/** The loopback port: the till's window, browsers of this machine, the process at the card reader. */
const t = initTRPC
  .context<TillContext>()
  .meta<TillMeta>()
  .create({
    errorFormatter: formatError,
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: PING_MS }, client: { reconnectAfterInactivityMs: SILENT_MS } },
  });

export const tillRouterOf = t.router;

const withErrors = t.procedure.use(async ({ ctx, path, next }) => {
  const result = await next();
  if (!result.ok) throw wireError(result.error, (cause) => ctx.app.report(cause, path));
  return result;
});

const plainText = t.middleware(async ({ getRawInput, next }) => {
  assertPlainText(await getRawInput());
  return next();
});

/** Anybody who reaches the loopback port with an allowed Host and Origin: sign-in and first run. */
export const publicProcedure = withErrors.meta({ may: 'anyone' }).use(plainText);

/** Someone at the till's own window, or signed in: what must work without a PIN. */
export const windowProcedure = withErrors
  .meta({ may: 'window' })
  .use(async ({ ctx, next }) => {
    const operator = ctx.window ? null : await signedIn(ctx);
    return next({ ctx: { operator } });
  })
  .use(plainText);

/** The process at the card reader. */
export const stationProcedure = withErrors
  .meta({ may: 'station' })
  .use(({ ctx, next }) => {
    if (!ctx.station) throw new DomainError('session.missing');
    return next();
  })
  .use(plainText);

const asAtLeast = (role: Role) =>
  withErrors
    .meta({ may: role })
    .use(async ({ ctx, next, type }) => {
      const operator = await signedIn(ctx);
      if (!mayAct(operator.role, role)) throw new DomainError('operator.not_allowed', { needs: role });
      if (type === 'mutation') await stillThere(ctx);
      return next({ ctx: { operator } });
    })
    .use(plainText);

export const cashierProcedure = asAtLeast('cashier');
export const shiftLeadProcedure = asAtLeast('shift_lead');
export const engineerProcedure = asAtLeast('engineer');

async function signedIn({ app, bearer }: TillContext): Promise<SignedIn> {
  const operator = bearer && (await findSession(app.deps.sequelize, bearer));
  if (!operator) throw new DomainError('session.missing');
  return operator;
}

/** A command is a person's; what a screen asks by itself keeps no session from locking. */
async function stillThere({ app, bearer }: TillContext): Promise<void> {
  if (bearer) await inTransaction(app.deps.sequelize, (unit) => touchSession(unit, bearer));
}
