import { useQuery } from '@tanstack/react-query';
import { IconPlugConnected, IconPlus, IconTool, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { NodeRow } from '#domain/protocol/equipment';
import type { BoardWire } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { goTo } from '../../app/router.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page, PageSection } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import classes from '../Kegs/Kegs.module.css';
import { TapBadge } from '../TapBadge.tsx';
import { SILENT_AFTER_MS } from '../tapState.ts';
import { Pairings } from './Pairings.tsx';
import own from './Taps.module.css';

/** Taps and the small computers that open them. */
export function Taps({ board, fetchedAt }: { board: BoardWire; fetchedAt: number }) {
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
      <Pairings />
      {board.taps.length === 0 && <Empty icon={<IconPlugConnected size={40} />}>{t('taps.none')}</Empty>}
      {board.taps.length > 0 && <TapTable board={board} fetchedAt={fetchedAt} nodes={active} />}
      {active.length > 0 && (
        <PageSection title={t('taps.nodes')}>
          <NodeTable nodes={active} />
        </PageSection>
      )}
    </Page>
  );
}

function TapTable({ board, fetchedAt, nodes }: { board: BoardWire; fetchedAt: number; nodes: NodeRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th style={{ width: 70 }}>{t('pour.tap')}</th>
          <th>{t('pour.beverage')}</th>
          <th>{t('service.state')}</th>
          <th className={classes['right']}>{t('keg.left')}</th>
          <th className={classes['right']}>{t('service.price')}</th>
          <th>{t('taps.node')}</th>
          <th style={{ width: 170 }} />
        </tr>
      </thead>
      <tbody>
        {board.taps.map((tap) => (
          <tr key={tap.tap_id} data-testid={`tap-row-${tap.number}`}>
            <td className="strong">{format.number(tap.number)}</td>
            <td>{tap.beverage ?? <span className="dim">{t('taps.noBeverage')}</span>}</td>
            <td>
              <TapBadge tap={tap} board={board} fetchedAt={fetchedAt} />
              {tap.cleaning_due && <div className={own['due']}>{t('service.due')}</div>}
            </td>
            <td className={classes['right']}>
              {tap.keg_remaining_ml === null ? '' : format.litres(Math.max(0, tap.keg_remaining_ml))}
            </td>
            <td className={classes['right']}>
              {tap.price_minor_per_litre === null ? '' : format.money(tap.price_minor_per_litre)}
            </td>
            <td className="dim">
              {nodes.find((node) => node.tap_numbers.includes(tap.number))?.name ?? t('tap.unpaired')}
            </td>
            <td className={classes['right']}>
              <Button
                size="row"
                icon={<IconTool size={20} />}
                onPress={() => goTo({ screen: 'taps', tap_id: tap.tap_id })}
                testId={`service-${tap.number}`}
              >
                {t('service.open')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
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
                testId="revoke-node"
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
