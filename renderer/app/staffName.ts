import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { trpc } from '../lib/api.ts';
import { useStore } from '../lib/store.ts';
import { sessionStore } from './session.ts';

/** Whose number this is; those who no longer work here are known to shift leads only. */
export function useStaffName(): (operator_id: number | null) => string {
  const { t } = useTranslation();
  const lead = useStore(sessionStore)?.operator.role !== 'cashier';
  const { data: staff = [] } = useQuery(trpc.staff.list.queryOptions(undefined, { enabled: lead }));
  const { data } = useQuery(trpc.session.operators.queryOptions());
  const all = [...staff, ...(data?.operators ?? [])];
  return (operator_id) => {
    if (operator_id === null) return t('staff.nobody');
    return all.find((one) => one.id === operator_id)?.name ?? t('staff.numbered', { number: operator_id });
  };
}
