import { useQuery } from '@tanstack/react-query';
import { IconChevronRight, IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ShiftRow } from '#domain/protocol/shift';
import { goTo } from '../../app/router.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import table from '../Kegs/Kegs.module.css';
import classes from './Shift.module.css';

/** The shifts that were, newest first. */
export function ShiftHistory() {
  const { t } = useTranslation();
  const { data: shifts } = useQuery(trpc.shifts.list.queryOptions({ limit: 100 }, { staleTime: 0 }));
  return (
    <Page
      title={t('zx.history')}
      testId="shift-history"
      foot={
        <>
          <Button size="money" tone="outline" onPress={() => goTo({ screen: 'shift', step: 'home' })}>
            {t('dialog.back')}
          </Button>
          <span />
        </>
      }
    >
      {shifts?.length === 0 && <Empty icon={<IconHistory size={40} />}>{t('zx.noShifts')}</Empty>}
      {shifts !== undefined && shifts.length > 0 && <ShiftTable shifts={shifts} />}
    </Page>
  );
}

function ShiftTable({ shifts }: { shifts: ShiftRow[] }) {
  const { t } = useTranslation();
  return (
    <table className={table['table']}>
      <thead>
        <tr>
          <th>{t('bar.shift')}</th>
          <th>{t('shift.day')}</th>
          <th>{t('zx.times')}</th>
          <th className={table['right']}>{t('zx.part.sales')}</th>
          <th className={table['right']}>{t('zx.difference')}</th>
          <th className={table['right']}>{t('zx.xCount')}</th>
          <th style={{ width: 150 }} />
        </tr>
      </thead>
      <tbody>
        {shifts.map((shift) => (
          <ShiftLine key={shift.shift_id} shift={shift} />
        ))}
      </tbody>
    </table>
  );
}

function ShiftLine({ shift }: { shift: ShiftRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { difference_minor, closed_at, z_number, shift_id } = shift;
  return (
    <tr data-testid={`shift-${shift_id}`}>
      <td className="strong">
        {z_number === null ? format.number(shift_id) : t('zx.z', { number: z_number })}
      </td>
      <td>{format.day(shift.business_date)}</td>
      <td className="dim">
        {format.time(shift.opened_at)}–{closed_at === null ? t('zx.open') : format.time(closed_at)}
      </td>
      <td className={table['right']}>{shift.sales_minor === null ? '' : format.money(shift.sales_minor)}</td>
      <td className={table['right']}>
        {difference_minor !== null && (
          <span className={difference_minor === 0 ? 'dim' : classes['off']}>
            {format.money(difference_minor)}
          </span>
        )}
      </td>
      <td className={table['right']}>{shift.x_reports}</td>
      <td className={table['right']}>
        <Button
          size="row"
          icon={<IconChevronRight size={20} />}
          onPress={() => goTo({ screen: 'shiftReport', shift_id })}
          testId={`open-shift-${shift_id}`}
        >
          {t('zx.show')}
        </Button>
      </td>
    </tr>
  );
}
