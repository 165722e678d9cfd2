import { MantineProvider } from '@mantine/core';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { chosenLanguage, showIn } from '../i18n/index.ts';
import { trpc } from '../lib/api.ts';
import { onServerChange } from '../lib/bridge.ts';
import { queryClient } from '../lib/queryClient.ts';
import { useStore } from '../lib/store.ts';
import { FirstRun } from '../screens/FirstRun/FirstRun.tsx';
import { SignIn } from '../screens/SignIn/SignIn.tsx';
import { sessionStore } from './session.ts';
import { Starting } from './Starting.tsx';
import { theme } from './theme.ts';
import { Till } from './Till.tsx';

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="dark">
      <QueryClientProvider client={queryClient}>
        <Door />
      </QueryClientProvider>
    </MantineProvider>
  );
}

const RETRY_MS = 1_000;

/** First run, sign-in, or the till. */
function Door() {
  const session = useStore(sessionStore);
  const { data, refetch } = useQuery(
    trpc.session.operators.queryOptions(undefined, {
      enabled: session === null,
      staleTime: 0,
      refetchInterval: (query) => (query.state.status === 'error' ? RETRY_MS : false),
    }),
  );
  useEffect(() => onServerChange(() => void refetch()), [refetch]);
  useEffect(() => {
    if (data && chosenLanguage() === null) showIn(data.language);
  }, [data]);
  useEffect(() => {
    if (data) window.till?.mark('door');
  }, [data]);
  if (session !== null) return <Till key={session.token} />;
  if (!data) return <Starting />;
  return data.setup_needed ? <FirstRun /> : <SignIn operators={data.operators} />;
}
