import { useQuery } from '@tanstack/react-query';
import { IconPlugConnected, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { NodeRow } from '#domain/protocol/equipment';
import type { BoardWire, TapRow } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page, PageSection } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import classes from '../Kegs/Kegs.module.css';
import { SILENT_AFTER_MS } from '../tapState.ts';

/** Taps and the small computers that open them. */
export function Taps({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const { data: nodes = [] } = useQuery(trpc.nodes.list.queryOptions(undefined, { refetchInterval: 5_000 }));
  const active = nodes.filter((node) => node.state === 'active');
  return (
    <Page
      title={t('taps.title')}
      aside={
        <div className="row">
          <Button
            icon={<IconPlus size={20} />}
            onPress={() => openDialog({ kind: 'addTap' })}
            testId="add-tap"
          >
            {t('taps.add')}
          </Button>
          <Button
            tone="primary"
            icon={<IconPlugConnected size={20} />}
            blocked={board.taps.length === 0 ? t('taps.addTapFirst') : null}
            onPress={() => openDialog({ kind: 'connectTap', tap_id: null })}
            testId="connect-tap"
          >
            {t('taps.connect')}
          </Button>
        </div>
      }
      testId="taps-page"
    >
      {board.taps.length === 0 && <Empty icon={<IconPlugConnected size={40} />}>{t('taps.none')}</Empty>}
      {board.taps.length > 0 && <TapTable taps={board.taps} nodes={active} />}
      {active.length > 0 && (
        <PageSection title={t('taps.nodes')}>
          <NodeTable nodes={active} />
        </PageSection>
      )}
    </Page>
  );
}

function TapTable({ taps, nodes }: { taps: TapRow[]; nodes: NodeRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th style={{ width: 90 }}>{t('pour.tap')}</th>
          <th>{t('pour.beverage')}</th>
          <th style={{ width: 190 }} className={classes['right']}>
            {t('keg.left')}
          </th>
          <th style={{ width: 200 }}>{t('taps.node')}</th>
          <th style={{ width: 200 }} />
        </tr>
      </thead>
      <tbody>
        {taps.map((tap) => (
          <tr key={tap.tap_id}>
            <td className="strong">{format.number(tap.number)}</td>
            <td>{tap.beverage ?? <span className="dim">{t('taps.noBeverage')}</span>}</td>
            <td className={classes['right']}>
              {tap.keg_remaining_ml === null ? '' : format.litres(Math.max(0, tap.keg_remaining_ml))}
            </td>
            <td className="dim">
              {nodes.find((node) => node.tap_numbers.includes(tap.number))?.name ?? t('tap.unpaired')}
            </td>
            <td className={classes['right']}>
              <TapAction tap={tap} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function TapAction({ tap }: { tap: TapRow }) {
  const { t } = useTranslation();
  const { tap_id } = tap;
  if (tap.silent_ms === null)
    return (
      <Button size="row" onPress={() => openDialog({ kind: 'connectTap', tap_id })}>
        {t('taps.connect')}
      </Button>
    );
  if (tap.keg_id === null || tap.beverage === null)
    return (
      <Button size="row" onPress={() => openDialog({ kind: 'putKeg', tap_id, keg_id: null })}>
        {t('keg.putTitle')}
      </Button>
    );
  return null;
}

function NodeTable({ nodes }: { nodes: NodeRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className={classes['table']}>
      <tbody>
        {nodes.map((node) => (
          <tr key={node.node_id}>
            <td className="strong">{node.name}</td>
            <td className="dim">
              {node.tap_numbers.map((number) => t('lock.tap', { tap: format.number(number) })).join(', ')}
            </td>
            <td className="dim">{heard(node)}</td>
            <td className="dim">{node.queue_depth ? t('taps.queue', { count: node.queue_depth }) : ''}</td>
            <td className={classes['right']}>
              <Button
                size="row"
                tone="dangerEntry"
                icon={<IconTrash size={20} />}
                onPress={() => openDialog({ kind: 'revokeNode', node_id: node.node_id, name: node.name })}
              >
                {t('taps.revoke')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );

  function heard(node: NodeRow): string {
    if (node.silent_ms === null) return t('taps.neverHeard');
    return node.silent_ms < SILENT_AFTER_MS
      ? t('taps.there')
      : t('taps.silentFor', { span: format.span(node.silent_ms) });
  }
}
