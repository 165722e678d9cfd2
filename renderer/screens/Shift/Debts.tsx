import { useQuery } from '@tanstack/react-query';
import { IconCoins } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReceivableRow } from '#domain/protocol/corrections';
import { openDialog } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { goTo } from '../../app/router.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Empty, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { problemOf } from '../../lib/problem.ts';
import table from '../Kegs/Kegs.module.css';

/** Who owes the bar, the largest debt first, and the way out of each. */
export function Debts() {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const { data: debts, error } = useQuery(trpc.receivables.list.queryOptions(undefined, { staleTime: 0 }));
  const problem = error ? problemText(problemOf(error)) : null;
  const all = (debts ?? []).reduce((sum, { debt_minor }) => sum + debt_minor, 0);
  return (
    <Page
      title={t('debt.list.title')}
      aside={
        debts &&
        debts.length > 0 && <span className="dim num">{t('debt.list.all', { sum: format.money(all) })}</span>
      }
      testId="debts"
      foot={
        <>
          <Button size="money" tone="outline" onPress={() => goTo({ screen: 'shift', step: 'home' })}>
            {t('dialog.back')}
          </Button>
          <span />
        </>
      }
    >
      <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
      {debts?.length === 0 && <Empty icon={<IconCoins size={40} />}>{t('debt.list.none')}</Empty>}
      {debts !== undefined && debts.length > 0 && (
        <table className={table['table']}>
          <thead>
            <tr>
              <th>{t('debt.list.guest')}</th>
              <th>{t('debt.list.since')}</th>
              <th className={table['right']}>{t('debt.list.debt')}</th>
              <th style={{ width: 290 }} />
            </tr>
          </thead>
          <tbody>
            {debts.map((debt) => (
              <DebtLine key={debt.guest_id} debt={debt} />
            ))}
          </tbody>
        </table>
      )}
    </Page>
  );
}

function DebtLine({ debt }: { debt: ReceivableRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  const { guest_id, active_visit_id: visit_id } = debt;
  return (
    <tr data-testid={`debt-of-${guest_id}`}>
      <td className="strong">{guestName(debt)}</td>
      <td className="dim">{format.moment(debt.since)}</td>
      <td className={table['right']}>{format.money(debt.debt_minor)}</td>
      <td className={table['right']}>
        <div className={table['doings']}>
          <Button
            size="row"
            onPress={() =>
              goTo(visit_id === null ? { screen: 'guests', guest_id } : { screen: 'visits', visit_id })
            }
          >
            {t(visit_id === null ? 'debt.list.toGuest' : 'precheck.toVisit')}
          </Button>
          <Button size="row" onPress={() => openDialog({ kind: 'guestDebt', debt })} testId="settle">
            {t('debt.settle')}
          </Button>
        </div>
      </td>
    </tr>
  );
}
