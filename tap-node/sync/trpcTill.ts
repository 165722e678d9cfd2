import { subscribe as onDiagnostics } from 'node:diagnostics_channel';
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import type { TRPCClient } from '@trpc/client';
import { EventSource } from 'eventsource';
import { Agent, fetch } from 'undici';
import type { RequestInit } from 'undici';
import type { PourReport } from '#domain/protocol/node';
import type { LanRouter } from '#server/api/lanRouter';
import { faultPoint, isFaultArmed } from '#tap-node/agent/faultPoints';
import { TILL_SERVER_NAME } from '#tap-node/pairing/tillName';
import { PATIENCE_MS } from './till.ts';
import type { Till } from './till.ts';

export type TillAddress = {
  readonly till_url: string;
  /** PEM of the only CA that counts */
  readonly ca: string;
  /** null while enrolling */
  readonly client: { readonly key: string; readonly certificate: string } | null;
};

export type LanConnection = { readonly client: TRPCClient<LanRouter>; close(): Promise<void> };

/** tRPC over TLS 1.3 to this till and no other: strict verification under its CA, and its one name. */
export function connectLan(address: TillAddress): LanConnection {
  const dispatcher = new Agent({
    connect: {
      ca: address.ca,
      ...(address.client ? { key: address.client.key, cert: address.client.certificate } : {}),
      servername: TILL_SERVER_NAME,
      minVersion: 'TLSv1.3',
      timeout: 4_000,
    },
    // a subscription may be silent between its pings for longer than an answer may take
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  const tillFetch = (url: string | URL, init?: object) =>
    fetch(url, { ...(init as RequestInit), dispatcher });
  const client = createTRPCClient<LanRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({
          url: address.till_url,
          EventSource,
          eventSourceOptions: { fetch: tillFetch },
        }),
        false: httpLink({ url: address.till_url, fetch: tillFetch }),
      }),
    ],
  });
  return { client, close: () => dispatcher.destroy() };
}

export function trpcTill(connection: LanConnection): Till {
  const { client } = connection;
  const within = (ms: number) => ({ signal: AbortSignal.timeout(ms) });
  if (isFaultArmed('settle.sent')) dieWhenSettleIsSent();
  return {
    hello: (input) => client.node.hello.mutate(input, within(PATIENCE_MS.call)),
    heartbeat: (input) => client.node.heartbeat.mutate(input, within(PATIENCE_MS.call)),
    authorise: (input) => client.node.authorise.mutate(input, within(PATIENCE_MS.authorise)),
    settle: (reports: readonly PourReport[]) =>
      client.node.settle.mutate({ reports: [...reports] }, within(PATIENCE_MS.settle)),
    cancel: (input) => client.node.cancel.mutate(input, within(PATIENCE_MS.call)),
    clean: (input) => client.node.clean.mutate(input, within(PATIENCE_MS.authorise)),
    progress: async (input) => void (await client.node.progress.mutate(input, within(PATIENCE_MS.call))),
    flow: async (input) => void (await client.node.flow.mutate(input, within(PATIENCE_MS.call))),
    watch(onCommand, onProblem) {
      const subscription = client.node.commands.subscribe(undefined, {
        onData: onCommand,
        onError: (problem) => onProblem(problem.message),
        onComplete: () => onProblem('the till ended the subscription'),
      });
      return () => subscription.unsubscribe();
    },
    close: () => connection.close(),
  };
}

/** For kill tests: the report is on the wire, and nobody is left to hear the answer. */
function dieWhenSettleIsSent(): void {
  onDiagnostics('undici:request:bodySent', (message) => {
    const { request } = message as { request: { path: string } };
    if (request.path.includes('node.settle')) faultPoint('settle.sent');
  });
}
