import { keepPreviousData, useQuery } from '@tanstack/react-query';
import {
  IconBarrel,
  IconCalendarOff,
  IconCoins,
  IconDropletOff,
  IconGavel,
  IconGlassFull,
  IconLock,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ReportWire } from '#domain/protocol/reports';
import { businessDate } from '#domain/shift/businessDate';
import type { BoardWire } from '#domain/protocol/till';
import { hashOf, REPORT_VIEWS } from '../../app/router.ts';
import type { ReportView } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Empty, Warning } from '../../components/Bits.tsx';
import { Page } from '../../components/Page.tsx';
import { Sections } from '../../components/Sections.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { problemOf } from '../../lib/problem.ts';
import { useStore } from '../../lib/store.ts';
import { askOf, chosenPeriod } from './chosen.ts';
import { Decisions } from './Decisions.tsx';
import { Held } from './Held.tsx';
import { KegLevels } from './KegLevels.tsx';
import { Losses } from './Losses.tsx';
import { PeriodChooser } from './PeriodChooser.tsx';
import { Sales } from './Sales.tsx';

const ICONS: Record<ReportView, typeof IconCoins> = {
  sales: IconGlassFull,
  losses: IconDropletOff,
  held: IconCoins,
  decisions: IconGavel,
  kegs: IconBarrel,
};
/** Figures of an open shift grow; nothing jumps faster than this. */
const AGAIN_MS = 30_000;

export interface ReportPartProps {
  report: ReportWire;
  /** the days, as they stand in a file's name */
  span: string;
}
const PARTS = { sales: Sales, losses: Losses, held: Held, decisions: Decisions };

/** What was sold, lost, held and decided, over a shift or some days. */
export function Reports({ board, view }: { board: BoardWire; view: ReportView }) {
  const { t } = useTranslation();
  const role = useStore(sessionStore)?.operator.role;
  if (role === 'cashier')
    return (
      <Page title={t('reports.title')} testId="reports">
        <Empty icon={<IconLock size={40} />}>{t('blocked.not_your_role.instead')}</Empty>
      </Page>
    );
  const sections = REPORT_VIEWS.map((one) => {
    const Icon = ICONS[one];
    return {
      key: one,
      href: hashOf({ screen: 'reports', view: one }),
      title: t(`reports.view.${one}`),
      icon: <Icon size={20} />,
      on: one === view,
    };
  });
  return (
    <Sections label={t('reports.sections')} sections={sections} testId="report-sections">
      {view === 'kegs' ? (
        <KegLevels board={board} />
      ) : (
        <Part key={view} view={view} time_zone={board.bar.time_zone} />
      )}
    </Sections>
  );
}

function Part({ view, time_zone }: { view: keyof typeof PARTS; time_zone: string }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const ask = askOf(useStore(chosenPeriod));
  const { data: report, error } = useQuery(
    trpc.reports.get.queryOptions(ask ?? { kind: 'shift' }, {
      enabled: ask !== null,
      staleTime: 0,
      placeholderData: keepPreviousData,
      refetchInterval: (query) => (query.state.data?.open === true ? AGAIN_MS : false),
    }),
  );
  const problem = error ? problemText(problemOf(error)) : null;
  const today = businessDate(new Date(), time_zone);
  const known = { from: report?.from ?? today, to: report?.to ?? today };
  return (
    <Page title={t(`reports.view.${view}`)} aside={report && <Days report={report} />} testId="reports">
      <PeriodChooser known={known} />
      <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
      {report && <Shown report={report} view={view} />}
    </Page>
  );
}

/** Of which days the figures are, in words. */
function Days({ report: { from, to, open } }: { report: ReportWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (from === null || to === null) return null;
  if (from !== to) return <span className="dim">{`${format.day(from)} – ${format.day(to)}`}</span>;
  return (
    <span className="dim">{open ? `${format.day(from)} · ${t('reports.openShift')}` : format.day(from)}</span>
  );
}

function Shown({ report, view }: { report: ReportWire; view: keyof typeof PARTS }) {
  const { t } = useTranslation();
  const { from, to } = report;
  if (report.shifts === 0)
    return (
      <Empty icon={<IconCalendarOff size={40} />}>
        {t(from === null ? 'reports.neverOpened' : 'reports.noShifts')}
      </Empty>
    );
  const Section = PARTS[view];
  return <Section report={report} span={from === to ? `${from}` : `${from}-${to}`} />;
}
