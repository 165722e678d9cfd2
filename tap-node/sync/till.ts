import type {
  AuthoriseAnswer,
  AuthoriseInput,
  CancelAnswer,
  CancelInput,
  CleanAnswer,
  CleanInput,
  FlowInput,
  HeartbeatAnswer,
  HeartbeatInput,
  HelloAnswer,
  HelloInput,
  NodeCommand,
  PourReport,
  SettleAnswer,
} from '#domain/protocol/node';

/** How long a call waits for its answer. */
export const PATIENCE_MS = { authorise: 2_500, call: 5_000, settle: 15_000 } as const;

/** The till as the node sees it: 03-protocol. Every call may fail or hang up; an answer is always the till's own. */
export type Till = {
  hello(input: HelloInput): Promise<HelloAnswer>;
  heartbeat(input: HeartbeatInput): Promise<HeartbeatAnswer>;
  authorise(input: AuthoriseInput): Promise<AuthoriseAnswer>;
  settle(reports: readonly PourReport[]): Promise<SettleAnswer>;
  cancel(input: CancelInput): Promise<CancelAnswer>;
  clean(input: CleanInput): Promise<CleanAnswer>;
  progress(input: { grant_id: string; tap_id: number; ml: number }): Promise<void>;
  flow(input: FlowInput): Promise<void>;
  /** the certificate ends within half a year: a new key, kept before it is used */
  renew?(): Promise<void>;
  /** pushed commands from now on; the answer ends the subscription */
  watch(onCommand: (command: NodeCommand) => void, onProblem: (message: string) => void): () => void;
  close(): Promise<void>;
};
