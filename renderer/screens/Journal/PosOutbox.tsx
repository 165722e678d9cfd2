import { useQuery } from '@tanstack/react-query';
import { IconCashRegister, IconCircleCheck, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { POS_KINDS } from '#domain/pos/kinds';
import type { PosRow } from '#domain/protocol/pos';
import { useProblemText } from '../../app/useProblemText.ts';
import { Empty, Warning } from '../../components/Bits.tsx';
import { ChoiceField } from '../../components/Field.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { problemOf } from '../../lib/problem.ts';
import table from '../Kegs/Kegs.module.css';
import classes from './Journal.module.css';

const SHOWN = 200;
const AGAIN_MS = 10_000;
const WHICH = ['all', 'waiting'] as const;

/** What the cash register was told, or will be: newest first, with why it was not taken yet. */
export function PosOutbox() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [kind, setKind] = useState('');
  const [which, setWhich] = useState<(typeof WHICH)[number]>('all');
  const { data, error } = useQuery(
    trpc.pos.recent.queryOptions(
      {
        kind: POS_KINDS.find((one) => one === kind) ?? null,
        waiting_only: which === 'waiting',
        limit: SHOWN,
      },
      { staleTime: 0, refetchInterval: AGAIN_MS },
    ),
  );
  const problem = error ? problemText(problemOf(error)) : null;
  return (
    <>
      <div className={classes['filters']}>
        <ChoiceField
          label={t('journal.what')}
          value={kind}
          options={[
            { value: '', label: t('journal.all') },
            ...POS_KINDS.map((value) => ({ value, label: t(`journal.pos.kind.${value}`) })),
          ]}
          onChange={setKind}
          testId="pos-kind"
        />
        <ChoiceField
          label={t('journal.pos.which')}
          value={which}
          options={WHICH.map((value) => ({ value, label: t(`journal.pos.${value}`) }))}
          onChange={(value) => setWhich(WHICH.find((one) => one === value) ?? 'all')}
          testId="pos-which"
        />
      </div>
      <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
      {data && data.waiting > 0 && <p role="status">{t('journal.pos.left', { count: data.waiting })}</p>}
      {data?.rows.length === 0 && (
        <Empty icon={<IconCashRegister size={40} />}>{t('journal.pos.nothing')}</Empty>
      )}
      {data !== undefined && data.rows.length > 0 && (
        <table className={table['table']}>
          <tbody>
            {data.rows.map((row) => (
              <PosLine key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function PosLine({ row }: { row: PosRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const what = row.payload['what'];
  return (
    <tr>
      <td className="num dim" style={{ width: 140 }}>
        {format.moment(row.created_at)}
      </td>
      <td>
        {t(`journal.pos.kind.${row.kind}`)}
        {typeof what === 'string' && <span className={classes['code']}> {what}</span>}
        {row.last_error !== null && row.delivered_at === null && (
          <div className={classes['reason']}>{row.last_error}</div>
        )}
      </td>
      <td className={table['right']}>
        {row.delivered_at === null ? (
          <StateBadge tone="attention" icon={<IconClock size={16} />}>
            {row.next_attempt_at === null || row.attempts === 0
              ? t('journal.pos.waits')
              : t('journal.pos.again', { time: format.time(row.next_attempt_at) })}
          </StateBadge>
        ) : (
          <StateBadge tone="quiet" icon={<IconCircleCheck size={16} />}>
            {t('journal.pos.told', { time: format.time(row.delivered_at) })}
          </StateBadge>
        )}
      </td>
    </tr>
  );
}
