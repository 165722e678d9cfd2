import { useQuery } from '@tanstack/react-query';
import { IconPlugConnected } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PairingWire } from '#domain/protocol/pairing';
import type { BoardWire } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { showNotice } from '../../app/notices.ts';
import { useApproval } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field, Tick } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { PageSection } from '../../components/Page.tsx';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import table from '../Kegs/Kegs.module.css';
import classes from './Taps.module.css';

/** «427 105» */
const shown = (code: string): string => `${code.slice(0, 3)} ${code.slice(3)}`;

/** Controllers that have found the till by themselves and wait to be taken in. */
export function Pairings() {
  const { t } = useTranslation();
  const { data: pairings = [] } = useQuery(
    trpc.nodes.pairings.queryOptions(undefined, { staleTime: 0, refetchInterval: 3_000 }),
  );
  if (pairings.length === 0) return null;
  return (
    <PageSection title={t('pairing.waiting')}>
      <table className={table['table']}>
        <tbody>
          {pairings.map((pairing) => (
            <tr key={pairing.pairing_id} data-testid="pairing">
              <td className="strong">{pairing.name}</td>
              <td className="num">{t('pairing.code', { code: shown(pairing.code) })}</td>
              <td className="dim">{pairing.address}</td>
              <td className={table['right']}>
                <Button
                  size="row"
                  tone="primary"
                  icon={<IconPlugConnected size={20} />}
                  onPress={() => openDialog({ kind: 'pairNode', pairing })}
                  testId="pair-node"
                >
                  {t('pairing.compare')}
                </Button>
              </td>
              <td className={table['right']} style={{ width: 130 }}>
                <Button
                  size="row"
                  tone="dangerEntry"
                  onPress={() => openDialog({ kind: 'refuseNode', pairing })}
                  testId="refuse-node"
                >
                  {t('pairing.refuse')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </PageSection>
  );
}

export interface PairNodeProps {
  pairing: PairingWire;
  board: BoardWire;
  onClose: () => void;
}

/** Both screens show one code: then nobody stands between them. A shift lead's PIN, and the taps that it opens. */
export function PairNode({ pairing, board, onClose }: PairNodeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const free = board.taps.filter((tap) => tap.silent_ms === null);
  const [name, setName] = useState(pairing.name);
  const [same, setSame] = useState(false);
  const [tap_ids, setTaps] = useState<number[]>(() => free.slice(0, 1).map((tap) => tap.tap_id));
  const approval = useApproval();
  const action = useAction({
    send: () =>
      client.nodes.confirmPairing.mutate({
        request_id,
        pairing_id: pairing.pairing_id,
        code: pairing.code,
        name: name.trim(),
        tap_ids,
        approval: approval.given,
      }),
    done: () => {
      void queryClient.invalidateQueries();
      window.setTimeout(() => showNotice({ kind: 'say', text: t('pairing.done', { name: name.trim() }) }));
      onClose();
    },
  });
  const blocked = !same
    ? t('pairing.compareFirst')
    : name.trim() === ''
      ? t('connect.nameFirst')
      : tap_ids.length === 0
        ? t('connect.tapFirst')
        : approval.complete
          ? null
          : t('approval.needed');
  return (
    <Dialog
      title={t('pairing.title')}
      subtitle={`${pairing.name}, ${pairing.address}`}
      size={780}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('pairing.confirm'),
        blocked,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-pair-node"
    >
      <div className={money['stack']}>
        <output className={classes['secret']} data-testid="pairing-code">
          {shown(pairing.code)}
        </output>
        <Tick label={t('pairing.same')} checked={same} onChange={setSame} testId="same-code" />
        {free.length === 0 ? (
          <Warning fact={t('connect.noFree')} />
        ) : (
          <div className={classes['ticks']} role="group" aria-label={t('connect.which')}>
            {free.map((tap) => (
              <Tick
                key={tap.tap_id}
                label={t('lock.tap', { tap: format.number(tap.number) })}
                checked={tap_ids.includes(tap.tap_id)}
                onChange={(on) =>
                  setTaps(on ? [...tap_ids, tap.tap_id] : tap_ids.filter((one) => one !== tap.tap_id))
                }
              />
            ))}
          </div>
        )}
        <Field label={t('connect.name')} value={name} onChange={setName} maxLength={80} testId="node-name" />
        <ApprovalFields approval={approval} />
      </div>
    </Dialog>
  );
}

export function RefuseNode({ pairing, onClose }: { pairing: PairingWire; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const [reason, setReason] = useState('');
  const { pairing_id } = pairing;
  const action = useAction({
    send: () => client.nodes.refusePairing.mutate({ request_id, pairing_id, reason: reason.trim() }),
    done: () => {
      void queryClient.invalidateQueries({ queryKey: trpc.nodes.pathKey() });
      onClose();
    },
  });
  return (
    <Dialog
      title={t('pairing.refuseTitle')}
      subtitle={`${pairing.name}, ${pairing.address}`}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('pairing.refuse'),
        tone: 'danger',
        blocked: reason.trim() === '' ? t('reason.needed') : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-refuse-node"
    >
      <ReasonPicker
        reasons={[t('pairing.reason.differs'), t('pairing.reason.stranger')]}
        value={reason}
        onChange={setReason}
        autoFocus
      />
    </Dialog>
  );
}
