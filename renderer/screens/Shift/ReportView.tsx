import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import type { xReportWire, zReportWire } from '#domain/protocol/shift';
import { PageSection } from '../../components/Page.tsx';
import { useFormat } from '../../lib/format.tsx';
import { useStaffName } from '../../app/staffName.ts';
import { reportLines } from './reportLines.ts';
import classes from './Shift.module.css';

export type AnyReport = z.output<typeof xReportWire> | z.output<typeof zReportWire>;

/** An X or a Z on the screen: cash first, then what was sold, then what the house bears. */
export function ReportView({ report }: { report: AnyReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = reportLines(report);
  return (
    <div className={classes['report']}>
      {parts.map(({ part, lines }) => (
        <PageSection key={part} title={t(`zx.part.${part}`)}>
          <Rows>
            {lines.map((line) => (
              <Row key={line.key} name={t(`zx.line.${line.key}`)} strong={line.strong}>
                {line.ml !== undefined && <span className="dim">{format.litres(line.ml, 3)} </span>}
                {line.minor !== undefined && format.money(line.minor)}
              </Row>
            ))}
          </Rows>
        </PageSection>
      ))}
      {report.sales.length > 0 && (
        <PageSection title={t('zx.part.sales')}>
          <Rows>
            {report.sales.map((sale) => (
              <Row key={sale.beverage_id} name={`${sale.beverage}, ${t('zx.pours', { count: sale.pours })}`}>
                <span className="dim">{format.litres(sale.ml, 3)} </span>
                {format.money(sale.sales_minor)}
              </Row>
            ))}
            <Row name={t('zx.total')} strong>
              {format.money(report.sales_minor)}
            </Row>
          </Rows>
        </PageSection>
      )}
      <Hands report={report} />
      {'z_number' in report && <Overrides report={report} />}
    </div>
  );
}

export function Rows({ children }: { children: ReactNode }) {
  return (
    <table className={classes['rows']}>
      <tbody>{children}</tbody>
    </table>
  );
}

export function Row({ name, strong, children }: { name: ReactNode; strong?: boolean; children: ReactNode }) {
  return (
    <tr className={strong ? 'strong' : undefined}>
      <td>{name}</td>
      <td className="num">{children}</td>
    </tr>
  );
}

/** Who had the drawer, and what was in it at the end of each. */
function Hands({ report }: { report: AnyReport }) {
  const { t } = useTranslation();
  const format = useFormat();
  const staffName = useStaffName();
  if (report.cash_sessions.length < 2) return null;
  return (
    <PageSection title={t('zx.part.hands')}>
      <Rows>
        {report.cash_sessions.map((one) => (
          <Row
            key={one.opened_at}
            name={`${staffName(one.operator_id)}, ${format.time(one.opened_at)}–${one.ended_at === null ? '…' : format.time(one.ended_at)}`}
          >
            {one.counted_minor === null ? t('zx.hasIt') : format.money(one.counted_minor)}
            {one.difference_minor !== null && one.difference_minor !== 0 && (
              <span className={classes['off']}> {format.money(one.difference_minor)}</span>
            )}
          </Row>
        ))}
      </Rows>
    </PageSection>
  );
}

function Overrides({ report }: { report: z.output<typeof zReportWire> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const staffName = useStaffName();
  const { waived_taps, recoveries, reason } = report;
  if (waived_taps.length === 0 && recoveries.length === 0 && reason === null) return null;
  return (
    <PageSection title={t('zx.part.overrides')}>
      <Rows>
        {reason !== null && <Row name={t('zx.whyDifferent')}>{reason}</Row>}
        {waived_taps.map((one) => (
          <Row key={one.tap_number} name={t('zx.waived', { tap: format.number(one.tap_number) })}>
            {one.reason}, {staffName(one.approved_by)}
          </Row>
        ))}
        {recoveries.map((one) => (
          <Row key={one.at} name={t('zx.recovered')}>
            {format.moment(one.at)}
          </Row>
        ))}
      </Rows>
    </PageSection>
  );
}
