import { z } from 'zod';
import { done } from '#domain/protocol/access';
import {
  authoriseAnswer,
  authoriseInput,
  cancelAnswer,
  cancelInput,
  flowInput,
  heartbeatAnswer,
  heartbeatInput,
  helloAnswer,
  helloInput,
  progressInput,
  settleAnswer,
  settleInput,
  type NodeCommand,
} from '#domain/protocol/node';
import { notYet } from '#server/api/notYet';
import { lanRouterOf, nodeProcedure } from '#server/api/lanProcedures';

export const nodeRouter = lanRouterOf({
  hello: nodeProcedure.input(helloInput).output(helloAnswer).mutation(notYet),
  heartbeat: nodeProcedure.input(heartbeatInput).output(heartbeatAnswer).mutation(notYet),
  authorise: nodeProcedure.input(authoriseInput).output(authoriseAnswer).mutation(notYet),
  progress: nodeProcedure.input(progressInput).output(done).mutation(notYet),
  settle: nodeProcedure.input(settleInput).output(settleAnswer).mutation(notYet),
  cancel: nodeProcedure.input(cancelInput).output(cancelAnswer).mutation(notYet),
  flow: nodeProcedure.input(flowInput).output(done).mutation(notYet),
  /** Pushed commands; what a node missed while it was away comes with the answer to its next heartbeat. */
  commands: nodeProcedure.input(z.void()).subscription(async function* (): AsyncGenerator<NodeCommand, void> {
    yield { kind: 'emergency_stop', on: false };
  }),
});
