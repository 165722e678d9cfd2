import { useQuery } from '@tanstack/react-query';
import {
  IconAlertTriangle,
  IconCheck,
  IconClipboardCheck,
  IconDoor,
  IconDoorExit,
  IconHash,
  IconLock,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardWire, PrecheckWire } from '#domain/protocol/till';
import { showShortId } from '#domain/grant/shortId';
import { isAtLeast } from '#domain/staff/roles';
import { cardTail } from '#domain/texts/format';
import { openDialog } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { goTo } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { useShortcuts } from '../../app/shortcuts.ts';
import { Steps } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useNow } from '../../lib/clock.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { SILENT_AFTER_MS } from '../tapState.ts';
import { unwaived, waived } from './closing.ts';
import type { Waived } from './closing.ts';
import classes from './Shift.module.css';

type Line = PrecheckWire['lines'][number];
const REFRESH_MS = 3_000;

/** What has to be finished before the drawer is counted. The list follows what happens at the bar. */
export function CloseCheck({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const { data } = useQuery(
    trpc.shifts.precheck.queryOptions(undefined, { refetchInterval: REFRESH_MS, staleTime: 0 }),
  );
  const back = (): void => goTo({ screen: 'shift', step: 'home' });
  const next = (): void => goTo({ screen: 'shift', step: 'count' });
  const given = useStore(waived);
  const lines = withoutTwice((data?.lines ?? []).map((line) => withoutWaived(line, given)));
  const clean = data !== undefined && lines.every((line) => !line.blocks || line.count === 0);
  useShortcuts({ Escape: back, Enter: clean ? next : undefined });
  const open = lines.filter((line) => line.count > 0);
  const blocking = open.filter((line) => line.blocks).length;
  const good = lines.filter((line) => line.count === 0);
  const left = data === undefined ? t('shift.checking') : t('shift.left', { count: blocking });
  return (
    <Page
      title={t('shift.check')}
      aside={<Steps names={[t('step.check'), t('step.count'), t('step.compare')]} at={0} />}
      testId="shift-check"
      foot={
        <>
          <Button size="money" tone="outline" hint="Esc" onPress={back}>
            {t('shift.goOn')}
          </Button>
          <div className="row" style={{ gap: 20 }}>
            <span className={cx('dim', classes['follows'])}>{t('shift.follows')}</span>
            <Button
              size="money"
              tone="primary"
              hint="Enter"
              blocked={clean ? null : left}
              onPress={next}
              testId="to-count"
            >
              {t('shift.toCount')}
            </Button>
          </div>
        </>
      }
    >
      {open.map((line, index) => (
        <CheckLine key={line.kind} line={line} board={board} first={index === 0} />
      ))}
      <div className={classes['goods']}>
        {good.map((line) => (
          <div key={line.kind} className={cx(classes['check'], classes['good'])}>
            <IconCheck size={24} />
            <span className={classes['number']}>0</span>
            <span>{t(`precheck.${line.kind}.none`)}</span>
          </div>
        ))}
      </div>
    </Page>
  );
}

/** A tap that a shift lead answers for does not keep the shift open. */
function withoutWaived(line: Line, given: Waived | null): Line {
  if (line.kind !== 'silent_taps') return line;
  const tap_numbers = unwaived(line.tap_numbers, given);
  return { ...line, tap_numbers, count: tap_numbers.length };
}

/** A pour that waits for its volume has its line: it is not an unfinished one beside it. */
function withoutTwice(lines: Line[]): Line[] {
  const waiting = lines.find((line) => line.kind === 'pending_sync');
  return lines.filter(
    (line) =>
      line.kind !== 'open_grants' ||
      line.count === 0 ||
      line.count !== waiting?.count ||
      line.visit_ids.join() !== waiting.visit_ids.join(),
  );
}

function CheckLine({ line, board, first }: { line: Line; board: BoardWire; first: boolean }) {
  const { t } = useTranslation();
  return (
    <div className={classes['check']} data-testid={`precheck-${line.kind}`}>
      <IconAlertTriangle size={24} />
      <span className={cx(classes['number'], 'num')}>{line.count}</span>
      <div>
        <h3>{t(`precheck.${line.kind}.title`, { count: line.count })}</h3>
        <div className={classes['who']}>
          <Who line={line} board={board} />
        </div>
      </div>
      <Fix line={line} first={first} />
    </div>
  );
}

/** Of whom the line speaks; what only tells and does not block says so. */
function Who({ line, board }: { line: Line; board: BoardWire }): ReactNode {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  if (line.tap_numbers.length > 0)
    return [
      ...line.tap_numbers.slice(0, 3).map((number) => {
        const silent_ms = board.taps.find((tap) => tap.number === number)?.silent_ms ?? 0;
        const silent =
          silent_ms > SILENT_AFTER_MS ? ` · ${t('precheck.silent', { span: format.span(silent_ms) })}` : '';
        return (
          <div key={number}>
            {t('lock.tap', { tap: format.number(number) })}
            {silent}
          </div>
        );
      }),
      <div key="note">{t(`precheck.${line.kind}.note`)}</div>,
    ];
  const visits = board.visits.filter((visit) => line.visit_ids.includes(visit.visit_id));
  if (visits.length === 0) return t(`precheck.${line.kind}.note`);
  const shown = visits.length > 3 ? 2 : 3;
  const aPour = line.kind === 'pending_sync' || line.kind === 'open_grants';
  const rows = visits.slice(0, shown).map((visit) =>
    aPour ? (
      <WaitingPours key={visit.visit_id} visit_id={visit.visit_id} guest={guestName(visit)} />
    ) : (
      <div key={visit.visit_id} className="cut num" data-cut="guest-in-check">
        {guestName(visit)}
        {visit.card_uid !== null && ` · ${t('precheck.card', { tail: cardTail(visit.card_uid) })}`} ·{' '}
        {format.money(visit.balance_minor)}
      </div>
    ),
  );
  if (visits.length <= shown) return rows;
  return [...rows, <div key="more">{t('precheck.andMore', { count: visits.length - shown })}</div>];
}

/** Which tap, which code and since when: what the cashier asks the guest for. */
function WaitingPours({ visit_id, guest }: { visit_id: number; guest: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { data: visit } = useQuery(trpc.visits.get.queryOptions({ visit_id }));
  return (visit?.unsettled ?? []).map((grant) => (
    <div key={grant.grant_id}>
      {guest} · {t('lock.tap', { tap: format.number(grant.tap_number) })} ·{' '}
      {t('review.code', { code: showShortId(grant.short_id).replaceAll(' ', '\u00a0') })} ·{' '}
      {t('precheck.waits', { span: format.stay(now - Date.parse(grant.created_at)) })}
    </div>
  ));
}

function Fix({ line, first }: { line: Line; first: boolean }) {
  const { t } = useTranslation();
  const tone = first ? 'primary' : 'plain';
  const visit_id = line.visit_ids[0] ?? null;
  const session = useStore(sessionStore);
  const isLead = session !== null && isAtLeast(session.operator.role, 'shift_lead');
  if (line.kind === 'silent_taps')
    return (
      <Button
        tone="outline"
        icon={<IconLock size={20} />}
        onPress={() => openDialog({ kind: 'waiveTaps', tap_numbers: line.tap_numbers })}
        testId="waive"
      >
        {t('waive.action')}
      </Button>
    );
  if (line.kind === 'reviews')
    return (
      <Button
        icon={<IconClipboardCheck size={20} />}
        onPress={() => goTo({ screen: 'review', view: 'open', chosen: null })}
      >
        {t('precheck.toReview')}
      </Button>
    );
  if (visit_id === null) return <span />;
  if (line.kind === 'active_visits')
    return (
      <div className={classes['fixes']}>
        <Button
          tone={tone}
          icon={<IconDoorExit size={20} />}
          onPress={() => goTo({ screen: 'visits', visit_id })}
        >
          {t('precheck.toVisit')}
        </Button>
        {isLead && (
          <Button
            tone="outline"
            icon={<IconDoor size={20} />}
            onPress={() => openDialog({ kind: 'walkedOut', count: line.count })}
            testId="walked-out"
          >
            {t('walkedOut.action')}
          </Button>
        )}
      </div>
    );
  return (
    <Button
      tone={tone}
      icon={<IconHash size={20} />}
      onPress={() => openDialog({ kind: 'pourByCode', visit_id, tap_id: null })}
    >
      {t('precheck.enter')}
    </Button>
  );
}
