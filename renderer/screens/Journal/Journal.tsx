import { useQuery } from '@tanstack/react-query';
import { IconHistory, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditRow, EventRow } from '#domain/protocol/trail';
import { LIVE_EVENTS } from '#domain/protocol/till';
import { goTo, hashOf, JOURNAL_VIEWS } from '../../app/router.ts';
import type { JournalView } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { ChoiceField, Field } from '../../components/Field.tsx';
import { Page } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { useDebounced } from '../../lib/useDebounced.ts';
import table from '../Kegs/Kegs.module.css';
import { PosOutbox } from './PosOutbox.tsx';
import { NOUNS, PERIODS, since } from './filters.ts';
import type { Period } from './filters.ts';
import classes from './Journal.module.css';

const PAGE = 100;
const MOST = 500;

interface Filter {
  who: string;
  what: string;
  when: Period;
  visit: string;
}
const EVERYTHING: Filter = { who: '', what: '', when: 'day', visit: '' };

/** Who did what, when and why; and what the till told its screens. Newest first. */
export function Journal({ view }: { view: JournalView }) {
  const { t } = useTranslation();
  const role = useStore(sessionStore)?.operator.role;
  const [filter, setFilter] = useState(EVERYTHING);
  const [limit, setLimit] = useState(PAGE);
  const [now] = useState(() => Date.now());
  const change = (part: Partial<Filter>): void => {
    setFilter({ ...filter, ...part });
    setLimit(PAGE);
  };
  const visit_id = useDebounced(Number(filter.visit) || null, 250);
  const common = { visit_id, from: since(filter.when, now), limit };
  if (role === 'cashier')
    return (
      <Page title={t('rail.events')} testId="journal">
        <Empty icon={<IconLock size={40} />}>{t('blocked.not_your_role.instead')}</Empty>
      </Page>
    );
  const more = (shown: number): (() => void) | null =>
    shown >= limit && limit < MOST ? () => setLimit(Math.min(MOST, limit + PAGE)) : null;
  return (
    <Page
      title={t('rail.events')}
      aside={
        <div className="row" role="group" aria-label={t('journal.views')}>
          {JOURNAL_VIEWS.map((one) => (
            <Button
              key={one}
              size="row"
              tone={one === view ? 'chosen' : 'plain'}
              pressed={one === view}
              onPress={() => goTo({ screen: 'events', view: one })}
              testId={`journal-${one}`}
            >
              {t(`journal.view.${one}`)}
            </Button>
          ))}
        </div>
      }
      testId="journal"
    >
      {view === 'pos' ? (
        <PosOutbox />
      ) : (
        <>
          <Filters view={view} filter={filter} change={change} />
          {view === 'actions' ? (
            <Actions
              ask={{
                ...common,
                operator_id: filter.who === '' ? null : Number(filter.who),
                action: filter.what === '' ? null : `${filter.what}.`,
              }}
              more={more}
            />
          ) : (
            <Events
              ask={{ ...common, type: LIVE_EVENTS.find((one) => one === filter.what) ?? null }}
              more={more}
            />
          )}
        </>
      )}
    </Page>
  );
}

function Filters({
  view,
  filter,
  change,
}: {
  view: Exclude<JournalView, 'pos'>;
  filter: Filter;
  change: (part: Partial<Filter>) => void;
}) {
  const { t } = useTranslation();
  const { data: staff = [] } = useQuery(trpc.staff.list.queryOptions());
  const all = { value: '', label: t('journal.all') };
  const whats =
    view === 'actions'
      ? NOUNS.map((noun) => ({ value: noun, label: t(`journal.noun.${noun}`) }))
      : LIVE_EVENTS.map((type) => ({ value: type, label: t(`journal.event.${type}`) }));
  return (
    <div className={classes['filters']}>
      {view === 'actions' && (
        <ChoiceField
          label={t('journal.who')}
          value={filter.who}
          options={[all, ...staff.map((one) => ({ value: String(one.id), label: one.name }))]}
          onChange={(who) => change({ who })}
          testId="journal-who"
        />
      )}
      <ChoiceField
        label={t('journal.what')}
        value={whats.some((one) => one.value === filter.what) ? filter.what : ''}
        options={[all, ...whats]}
        onChange={(what) => change({ what })}
        testId="journal-what"
      />
      <ChoiceField
        label={t('journal.when')}
        value={filter.when}
        options={PERIODS.map((one) => ({ value: one, label: t(`journal.period.${one}`) }))}
        onChange={(when) => change({ when: PERIODS.find((one) => one === when) ?? 'day' })}
        testId="journal-when"
      />
      <Field
        label={t('journal.visit')}
        value={filter.visit}
        onChange={(visit) => change({ visit: visit.replace(/\D/g, '').slice(0, 12) })}
        inputMode="numeric"
        testId="journal-visit"
      />
    </div>
  );
}

type More = (shown: number) => (() => void) | null;

function Actions({
  ask,
  more,
}: {
  ask: Parameters<typeof trpc.audit.list.queryOptions>[0] & object;
  more: More;
}) {
  const { data: rows } = useQuery(trpc.audit.list.queryOptions(ask, { staleTime: 0 }));
  return (
    <Rows count={rows?.length ?? null} more={more}>
      {(rows ?? []).map((row) => (
        <ActionLine key={row.id} row={row} />
      ))}
    </Rows>
  );
}

function Events({
  ask,
  more,
}: {
  ask: Parameters<typeof trpc.audit.events.queryOptions>[0] & object;
  more: More;
}) {
  const { data: rows } = useQuery(trpc.audit.events.queryOptions(ask, { staleTime: 0 }));
  return (
    <Rows count={rows?.length ?? null} more={more}>
      {(rows ?? []).map((row) => (
        <EventLine key={row.id} row={row} />
      ))}
    </Rows>
  );
}

function Rows({ count, more, children }: { count: number | null; more: More; children: React.ReactNode }) {
  const { t } = useTranslation();
  if (count === null) return null;
  if (count === 0) return <Empty icon={<IconHistory size={40} />}>{t('journal.nothing')}</Empty>;
  const next = more(count);
  return (
    <>
      <table className={table['table']}>
        <tbody>{children}</tbody>
      </table>
      {next !== null && (
        <div className={classes['more']}>
          <Button onPress={next} testId="journal-more">
            {t('journal.more')}
          </Button>
        </div>
      )}
    </>
  );
}

function ActionLine({ row }: { row: AuditRow }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const key = `journal.action.${row.action}`;
  const said = i18n.exists(key) ? t(key) : row.action;
  return (
    <tr>
      <td className="num dim" style={{ width: 140 }}>
        {format.moment(row.at)}
      </td>
      <td style={{ width: 130 }}>
        {row.operator_name ?? (row.node_id === null ? t('journal.till') : t('journal.node'))}
      </td>
      <td>
        {said}
        {row.repeats > 1 && <span className="dim"> · {t('journal.times', { count: row.repeats })}</span>}
        {row.reason !== null && <div className={classes['reason']}>{row.reason}</div>}
      </td>
      <td className={table['right']}>
        <Where visit_id={row.visit_id} tap={row.tap_number} />
      </td>
    </tr>
  );
}

function EventLine({ row }: { row: EventRow }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const key = `journal.event.${row.type}`;
  const what = row.details['what'];
  return (
    <tr>
      <td className="num dim" style={{ width: 140 }}>
        {format.moment(row.at)}
      </td>
      <td>
        {i18n.exists(key) ? t(key) : row.type}
        {typeof what === 'string' && <span className={classes['code']}> {what}</span>}
      </td>
      <td className={table['right']}>
        <Where visit_id={row.visit_id} tap={null} />
      </td>
    </tr>
  );
}

function Where({ visit_id, tap }: { visit_id: number | null; tap: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (visit_id !== null)
    return (
      <a className={classes['link']} href={hashOf({ screen: 'visits', visit_id })}>
        {t('visit.number', { number: visit_id })}
      </a>
    );
  return <span className="dim">{tap === null ? '' : t('lock.tap', { tap: format.number(tap) })}</span>;
}
