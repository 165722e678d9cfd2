import { useTranslation } from 'react-i18next';
import type { BoardWire, PourRow, VisitWire } from '#domain/protocol/till';
import { Empty } from '../../components/Bits.tsx';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useLivePour } from '../../live/useLivePour.ts';
import classes from './Board.module.css';

export function PoursTable({ visit, board }: { visit: VisitWire; board: BoardWire }) {
  const { t } = useTranslation();
  const running = visit.lock !== null && !visit.unsettled.some((grant) => grant.lease_over);
  const pours = visit.pours.filter((pour) => pour.sync_status !== 'void');
  if (pours.length === 0 && !running)
    return (
      <div className={classes['pours']}>
        <Empty>{t('visit.noPours')}</Empty>
      </div>
    );
  return (
    <div
      className={cx(classes['pours'], pours.length > 4 && classes['faded'])}
      tabIndex={pours.length > 0 ? 0 : undefined}
    >
      <table className={classes['table']}>
        <colgroup>
          <col className={classes['colTime']} />
          <col className={classes['colTap']} />
          <col />
          <col className={classes['colMl']} />
          <col className={classes['colMoney']} />
        </colgroup>
        <thead>
          <tr>
            <th>{t('pour.time')}</th>
            <th className={classes['cellTap']}>{t('pour.tap')}</th>
            <th>{t('pour.beverage')}</th>
            <th className={classes['right']}>{t('pour.volume')}</th>
            <th className={classes['right']}>{t('pour.sum')}</th>
          </tr>
        </thead>
        <tbody>
          {running && <RunningRow visit={visit} board={board} />}
          {pours.map((pour) => (
            <PourLine key={pour.pour_id} pour={pour} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RunningRow({ visit, board }: { visit: VisitWire; board: BoardWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const figures = useLivePour(board, visit.lock);
  const grant = visit.unsettled.find((one) => one.grant_id === visit.lock?.grant_id);
  const tap = format.number(visit.lock?.tap_number ?? 0);
  return (
    <tr className={classes['rowLive']}>
      <td>{t('pour.now')}</td>
      <td className={classes['cellTap']}>{tap}</td>
      <td className="cut" data-cut="beverage-of-pour" title={grant?.beverage}>
        <span className={classes['inlineTap']}>{tap} </span>
        {grant?.beverage}
      </td>
      <td className={classes['right']}>{format.ml(figures.ml)}</td>
      <td className={classes['right']}>{format.money(figures.minor)}</td>
    </tr>
  );
}

function PourLine({ pour }: { pour: PourRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tap = format.number(pour.tap_number);
  const waits = pour.billed_ml === null;
  const note = useCorrection(pour);
  return (
    <tr data-testid={`pour-${pour.pour_id}`}>
      <td className="dim">{format.time(pour.poured_at)}</td>
      <td className={classes['cellTap']}>{tap}</td>
      <td className="cut" data-cut="beverage-of-pour" title={pour.beverage}>
        <span className={classes['inlineTap']}>{tap} </span>
        {pour.beverage}
        {pour.source === 'manual' && <span className="dim"> · {t('pour.byCode')}</span>}
        {note !== null && <span className={classes['debt']}> · {note}</span>}
      </td>
      {waits ? (
        <td className={cx(classes['right'], classes['waits'])} colSpan={2}>
          {t('lock.pending')}
        </td>
      ) : (
        <>
          <td className={classes['right']}>{format.ml(pour.billed_ml ?? 0)}</td>
          <td className={classes['right']}>
            {format.money(pour.corrected?.charged_minor ?? pour.cost_minor ?? 0)}
          </td>
        </>
      )}
    </tr>
  );
}

/** What has changed the charge since: a pour that was given back says so where its sum stands. */
function useCorrection({ corrected, billed_ml }: PourRow): string | null {
  const { t } = useTranslation();
  const format = useFormat();
  if (!corrected) return null;
  if (corrected.reversed) return t('comp.reversed');
  const given = (billed_ml ?? 0) - corrected.left_ml;
  return given > 0 ? t('comp.onHouse', { ml: format.ml(given) }) : t('comp.fixed');
}
