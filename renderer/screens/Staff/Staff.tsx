import { useQuery } from '@tanstack/react-query';
import { IconCircleCheck, IconEdit, IconKey, IconLock, IconPlus, IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StaffRow } from '#domain/protocol/staff';
import { mayManage } from '#domain/staff/mayManage';
import { openDialog } from '../../app/dialogs.ts';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page, PageSection } from '../../components/Page.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { trpc } from '../../lib/api.ts';
import { useStore } from '../../lib/store.ts';
import classes from '../Kegs/Kegs.module.css';

/** Who works at the till: a shift lead looks after cashiers, an engineer after everybody. */
export function Staff() {
  const { t } = useTranslation();
  const role = useStore(sessionStore)?.operator.role ?? 'cashier';
  const { data: staff = [] } = useQuery(
    trpc.staff.list.queryOptions(undefined, { enabled: role !== 'cashier', staleTime: 0 }),
  );
  const active = staff.filter((one) => one.active);
  const gone = staff.filter((one) => !one.active);
  if (role === 'cashier')
    return (
      <Page title={t('staff.title')} testId="staff">
        <Empty icon={<IconLock size={40} />}>{t('blocked.not_your_role.instead')}</Empty>
      </Page>
    );
  return (
    <Page
      title={t('staff.title')}
      aside={
        <div className="row">
          <Button
            icon={<IconKey size={20} />}
            blocked={role === 'engineer' ? null : t('recovery.engineer')}
            onBlocked={() => showNotice({ kind: 'say', text: t('recovery.instead') })}
            onPress={() => openDialog({ kind: 'recoveryCode' })}
            testId="recovery-code-new"
          >
            {t('recovery.action')}
          </Button>
          <Button
            tone="primary"
            icon={<IconPlus size={20} />}
            onPress={() => openDialog({ kind: 'operator', who: null })}
            testId="add-operator"
          >
            {t('staff.add')}
          </Button>
        </div>
      }
      testId="staff"
    >
      <StaffTable staff={active} />
      {gone.length > 0 && (
        <PageSection title={t('staff.gone')}>
          <StaffTable staff={gone} />
        </PageSection>
      )}
    </Page>
  );
}

function StaffTable({ staff }: { staff: StaffRow[] }) {
  return (
    <table className={classes['table']}>
      <tbody>
        {staff.map((one) => (
          <StaffLine key={one.id} one={one} />
        ))}
      </tbody>
    </table>
  );
}

function StaffLine({ one }: { one: StaffRow }) {
  const { t } = useTranslation();
  const mine = useStore(sessionStore)?.operator;
  const may = mine !== undefined && mayManage(mine.role, one.role);
  return (
    <tr data-testid={`operator-${one.id}`}>
      <td className="strong">{one.name}</td>
      <td className="dim" style={{ width: 180 }}>
        {t(`role.${one.role}`)}
      </td>
      <td style={{ width: 240 }}>
        <State one={one} />
      </td>
      <td className={classes['right']} style={{ width: 180 }}>
        {may && (
          <Button
            size="row"
            icon={<IconEdit size={20} />}
            onPress={() => openDialog({ kind: 'operator', who: one })}
            testId={`change-${one.id}`}
          >
            {t('guests.edit')}
          </Button>
        )}
      </td>
    </tr>
  );
}

function State({ one }: { one: StaffRow }) {
  const { t } = useTranslation();
  if (!one.active)
    return (
      <StateBadge tone="outline" icon={<IconUserOff size={16} />}>
        {t('staff.inactive')}
      </StateBadge>
    );
  if (one.locked)
    return (
      <StateBadge tone="attention" icon={<IconLock size={16} />}>
        {t('staff.locked')}
      </StateBadge>
    );
  return (
    <StateBadge tone="quiet" icon={<IconCircleCheck size={16} />}>
      {t('staff.works')}
    </StateBadge>
  );
}
