import { done, nothing } from '#domain/protocol/access';
import {
  authoriseAnswer,
  authoriseInput,
  cancelAnswer,
  cancelInput,
  cleanAnswer,
  cleanInput,
  flowInput,
  heartbeatAnswer,
  heartbeatInput,
  helloAnswer,
  helloInput,
  progressInput,
  renewAnswer,
  renewInput,
  settleAnswer,
  settleInput,
} from '#domain/protocol/node';
import { lanRouterOf, nodeProcedure, reportProcedure } from '#server/api/lanProcedures';
import { heard } from '#server/live/heard';
import { authorisePour } from '#server/services/authorisePour';
import { cancelAttempt } from '#server/services/cancelAttempt';
import { cleanByCard } from '#server/services/cleanByCard';
import { helloNode } from '#server/services/helloNode';
import { recordFlow } from '#server/services/recordFlow';
import { recordHeartbeat } from '#server/services/recordHeartbeat';
import { renewNode } from '#server/services/renewNode';
import { tillLife } from '#server/queries/tillLife';
import { settleReports } from '#server/services/settleReports';

const DONE = { done: true as const };

export const nodeRouter = lanRouterOf({
  hello: nodeProcedure
    .input(helloInput)
    .output(helloAnswer)
    .mutation(async ({ ctx, input }) => {
      const answer = await helloNode(ctx.app.deps, ctx.node, input);
      return { ...answer, life: await tillLife(ctx.app.deps) };
    }),
  heartbeat: nodeProcedure
    .input(heartbeatInput)
    .output(heartbeatAnswer)
    .mutation(async ({ ctx, input }) => {
      heard.heartbeat(ctx.app, ctx.node, input);
      const answer = await recordHeartbeat(ctx.app.deps, ctx.node, input);
      return { ...answer, life: await tillLife(ctx.app.deps) };
    }),
  authorise: nodeProcedure
    .input(authoriseInput)
    .output(authoriseAnswer)
    .mutation(async ({ ctx, input, signal }) => {
      const isGone = () => signal?.aborted === true;
      const answer = await authorisePour(ctx.app.deps, { ...ctx.node, isGone }, input);
      return { ...answer, life: await tillLife(ctx.app.deps) };
    }),
  clean: nodeProcedure
    .input(cleanInput)
    .output(cleanAnswer)
    .mutation(({ ctx, input }) => cleanByCard(ctx.app.deps, ctx.node, input)),
  progress: nodeProcedure
    .input(progressInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await heard.progress(ctx.app, ctx.node, input);
      return DONE;
    }),
  settle: reportProcedure
    .input(settleInput)
    .output(settleAnswer)
    .mutation(({ ctx, input }) => settleReports(ctx.app.deps, ctx.node, input.reports)),
  cancel: nodeProcedure
    .input(cancelInput)
    .output(cancelAnswer)
    .mutation(({ ctx, input }) => cancelAttempt(ctx.app.deps, ctx.node, input)),
  flow: nodeProcedure
    .input(flowInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await recordFlow(ctx.app.deps, ctx.node, input);
      return DONE;
    }),
  renew: nodeProcedure
    .input(renewInput)
    .output(renewAnswer)
    .mutation(({ ctx, input }) => {
      const { node_id } = ctx.node;
      return renewNode(ctx.app.deps, ctx.app.authority, { node_id, input });
    }),
  /** Pushed commands; what a node missed while it was away comes with the answer to its next heartbeat. */
  commands: nodeProcedure
    .input(nothing)
    .subscription(({ ctx, signal }) =>
      ctx.app.hub.commands(ctx.node.node_id, signal ?? new AbortController().signal),
    ),
});
