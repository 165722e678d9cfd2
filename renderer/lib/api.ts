import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { EventSource } from 'eventsource';
import type { TillRouter } from '#server/api/tillRouter';
import { sessionStore } from '../app/session.ts';
import { presentServer } from './bridge.ts';
import { queryClient } from './queryClient.ts';

const PATH = '/trpc';
/** Stands in the links; each request goes to the server that is there at that moment. */
const PLACEHOLDER = 'http://till.invalid';
const PATIENCE_MS = 10_000;

function auth(): Record<string, string> {
  const headers: Record<string, string> = {};
  const session = sessionStore.get();
  const token = presentServer()?.token;
  if (session) headers['authorization'] = `Bearer ${session.token}`;
  if (token) headers['x-taptill-till'] = token;
  return headers;
}

function serverUrl(): string {
  const server = presentServer();
  if (!server) throw new TypeError('the till’s server is not there');
  return server.url;
}

/** fetch that gives up: a till that does not answer is said to be away, not waited for. */
async function patientFetch(link: string, init?: RequestInit): Promise<Response> {
  const address = link.replace(PLACEHOLDER, serverUrl());
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), PATIENCE_MS);
  init?.signal?.addEventListener('abort', () => controller.abort());
  try {
    return await fetch(address, { ...init, signal: controller.signal });
  } finally {
    window.clearTimeout(timer);
  }
}

export const client = createTRPCClient<TillRouter>({
  links: [
    splitLink({
      condition: (op) => op.type === 'subscription',
      true: httpSubscriptionLink({
        url: () => serverUrl() + PATH,
        EventSource,
        eventSourceOptions: () => ({
          fetch: (url: string | URL, init: { headers: Record<string, string> }) =>
            fetch(url, { ...(init as RequestInit), headers: { ...init.headers, ...auth() } }),
        }),
      }),
      false: httpBatchLink({
        url: PLACEHOLDER + PATH,
        maxItems: 10,
        maxURLLength: 4000,
        headers: auth,
        fetch: (input, init) => patientFetch(input as string, init as RequestInit),
      }),
    }),
  ],
});

/** Query keys and options of every procedure. */
export const trpc = createTRPCOptionsProxy<TillRouter>({ client, queryClient });
