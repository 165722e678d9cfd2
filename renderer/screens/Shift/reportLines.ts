import type { ShiftFigures, XReport, ZReport } from '#domain/shift/zReport';

export interface ReportLine {
  key: string;
  minor?: number;
  ml?: number;
  strong?: boolean;
}
export interface ReportPart {
  part: 'cash' | 'terminal' | 'house' | 'debts' | 'held';
  lines: ReportLine[];
}

const methodOf = (report: ShiftFigures, method: 'cash' | 'card_terminal') =>
  report.methods.find((one) => one.method === method);

/** The figures of an X or a Z in the order in which they are read; lines that are zero and say nothing are left out. */
export function reportLines(report: XReport | ZReport): ReportPart[] {
  const cash = methodOf(report, 'cash');
  const terminal = methodOf(report, 'card_terminal');
  const fixed = report.corrections;
  const parts: ReportPart[] = [
    {
      part: 'cash',
      lines: [
        { key: 'float', minor: report.float_minor },
        { key: 'cashTopUps', minor: cash?.top_ups_minor ?? 0 },
        { key: 'cashRefunds', minor: -(cash?.refunds_minor ?? 0) },
        ...some({ key: 'debtsCash', minor: fixed?.debts_paid_cash_minor }),
        ...some({ key: 'cashIn', minor: report.cash_moves.in_minor }),
        ...some({ key: 'cashOut', minor: -report.cash_moves.out_minor }),
        ...endOf(report),
      ],
    },
    {
      part: 'terminal',
      lines: [
        { key: 'terminalTopUps', minor: terminal?.top_ups_minor ?? 0 },
        { key: 'terminalRefunds', minor: -(terminal?.refunds_minor ?? 0) },
        ...some({ key: 'debtsCard', minor: fixed?.debts_paid_card_minor }),
      ],
    },
    {
      part: 'house',
      lines: [
        ...some({ key: 'comped', minor: fixed?.comped_minor, ml: fixed?.comped_ml }),
        ...some({ key: 'reversed', minor: fixed?.reversed_minor, ml: fixed?.reversed_ml }),
        ...some({ key: 'adjusted', minor: fixed?.adjusted_minor }),
        ...some({ key: 'writtenOff', minor: fixed?.written_off_minor }),
        ...some({ key: 'rounded', minor: fixed?.rounded_minor }),
      ],
    },
    {
      part: 'debts',
      lines: [
        ...some({ key: 'newDebts', minor: report.receivables.new_minor }),
        ...some({ key: 'paidDebts', minor: report.receivables.paid_minor }),
      ],
    },
    {
      part: 'held',
      lines: [
        { key: 'guests', minor: report.liabilities.guests_minor },
        ...some({ key: 'receivable', minor: report.liabilities.receivable_minor }),
        ...some({ key: 'unclaimed', minor: report.liabilities.unclaimed_minor }),
      ],
    },
  ];
  return parts.filter(({ lines }) => lines.length > 0);
}

const some = ({ key, minor, ml }: { key: string; minor?: number | undefined; ml?: number | undefined }) =>
  (minor ?? 0) === 0 && (ml ?? 0) === 0
    ? []
    : [{ key, minor: minor ?? 0, ...(ml !== undefined && { ml }) } satisfies ReportLine];

function endOf(report: XReport | ZReport): ReportLine[] {
  if (!('cash' in report)) return [{ key: 'expected', minor: report.expected_minor, strong: true }];
  const { expected_minor, counted_minor, difference_minor } = report.cash;
  return [
    { key: 'expected', minor: expected_minor, strong: true },
    { key: 'counted', minor: counted_minor, strong: true },
    ...(difference_minor === 0
      ? []
      : [{ key: difference_minor < 0 ? 'short' : 'over', minor: Math.abs(difference_minor), strong: true }]),
  ];
}
