import { useQuery } from '@tanstack/react-query';
import { IconBarrel, IconEdit, IconPlus, IconTruckDelivery } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { KegWire } from '#domain/protocol/equipment';
import { openDialog } from '../../app/dialogs.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page, PageSection } from '../../components/Page.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { trpc } from '../../lib/api.ts';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import classes from './Kegs.module.css';

const SECTIONS: KegWire['state'][][] = [['on_tap', 'empty'], ['in_store'], ['returned']];

export function Kegs() {
  const { t } = useTranslation();
  const { data: kegs } = useQuery(trpc.kegs.list.queryOptions());
  const parts = SECTIONS.map((states) => (kegs ?? []).filter((keg) => states.includes(keg.state)));
  return (
    <Page
      title={t('keg.title')}
      aside={
        <Button
          tone="primary"
          icon={<IconTruckDelivery size={20} />}
          onPress={() => openDialog({ kind: 'receiveKeg' })}
          testId="receive-keg"
        >
          {t('keg.receive')}
        </Button>
      }
      testId="kegs"
    >
      {kegs?.length === 0 && <Empty icon={<IconBarrel size={40} />}>{t('keg.none')}</Empty>}
      {parts.map(
        (part, index) =>
          part.length > 0 && (
            <PageSection key={SECTIONS[index]?.[0]} title={t(`keg.section.${SECTIONS[index]?.[0]}`)}>
              <KegTable kegs={part} />
            </PageSection>
          ),
      )}
    </Page>
  );
}

function KegTable({ kegs }: { kegs: KegWire[] }) {
  const { t } = useTranslation();
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th style={{ width: 70 }}>{t('keg.number')}</th>
          <th>{t('pour.beverage')}</th>
          <th style={{ width: 140 }} />
          <th style={{ width: 170 }} className={classes['right']}>
            {t('keg.left')}
          </th>
          <th style={{ width: 270 }} />
        </tr>
      </thead>
      <tbody>
        {kegs.map((keg) => (
          <KegLine key={keg.keg_id} keg={keg} />
        ))}
      </tbody>
    </table>
  );
}

function KegLine({ keg }: { keg: KegWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const left = Math.max(0, keg.remaining_ml);
  const share = Math.min(1, left / keg.size_ml);
  return (
    <tr data-testid={`keg-${keg.keg_id}`}>
      <td className="dim">{format.number(keg.keg_id)}</td>
      <td className="strong">{keg.beverage}</td>
      <td>
        <div className={cx(classes['level'], share < 0.15 && classes['low'])}>
          <i style={{ width: `${100 * share}%` }} />
        </div>
      </td>
      <td className={classes['right']}>
        {t('keg.of', { left: format.litres(left), size: format.litres(keg.size_ml) })}
      </td>
      <td className={classes['right']}>
        <div className={classes['doings']}>
          <KegPlace keg={keg} />
          <Button
            size="row"
            square
            label={t('kegChange.open', { number: format.number(keg.keg_id) })}
            icon={<IconEdit size={20} />}
            onPress={() => openDialog({ kind: 'keg', keg })}
            testId={`change-keg-${keg.keg_id}`}
          />
        </div>
      </td>
    </tr>
  );
}

function KegPlace({ keg }: { keg: KegWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (keg.state === 'in_store')
    return (
      <Button
        size="row"
        icon={<IconPlus size={20} />}
        onPress={() => openDialog({ kind: 'putKeg', tap_id: null, keg_id: keg.keg_id })}
      >
        {t('keg.putOn')}
      </Button>
    );
  const tap = keg.tap_number === null ? '' : t('lock.tap', { tap: format.number(keg.tap_number) });
  return (
    <StateBadge tone={keg.state === 'empty' ? 'attention' : 'outline'} icon={<IconBarrel size={16} />}>
      {keg.state === 'on_tap' ? tap : t(`keg.state.${keg.state}`)}
    </StateBadge>
  );
}
