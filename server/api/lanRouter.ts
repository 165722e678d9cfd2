import { nodeRouter } from '#server/api/lan/node';
import { pairingRouter } from '#server/api/lan/pairing';
import { lanRouterOf } from '#server/api/lanProcedures';

export const lanRouter = lanRouterOf({ node: nodeRouter, pairing: pairingRouter });

export type LanRouter = typeof lanRouter;
