import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { signedOut } from '../app/session.ts';
import { problemOf } from './problem.ts';

/** A session that the server no longer knows ends here too, whoever noticed it first. */
function noticeEnd(error: unknown): void {
  const problem = problemOf(error);
  if (problem.kind === 'refused' && problem.code === 'session.missing') signedOut();
}

/** A bar without internet is not offline: the till itself is the network. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: Infinity,
      refetchOnWindowFocus: false,
      retry: (failures, error) => problemOf(error).kind === 'unreachable' && failures < 2,
      retryDelay: 500,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
