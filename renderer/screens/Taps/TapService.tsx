import { IconCashBanknote, IconDroplet } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KEG_FATES } from '#domain/keg/decideTakeOff';
import type { KegFate } from '#domain/keg/decideTakeOff';
import type { BoardWire } from '#domain/protocol/till';
import type { TapDoing } from '../../app/dialogs.ts';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Facts } from '../../components/Bits.tsx';
import { Choice, ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Tick } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { client } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

export interface TapServiceProps {
  tap_id: number;
  doing: TapDoing;
  board: BoardWire;
  onClose: () => void;
}

const REASONS: Record<TapDoing, string[]> = {
  clean: ['plan', 'taste', 'newKeg'],
  endCleaning: [],
  disable: ['foam', 'drip', 'empty', 'noStaff'],
  enable: ['mended', 'checked'],
  reset: ['entered', 'checked'],
  takeKegOff: ['finished', 'other', 'spoilt'],
};

/** Cleaning, switching off and on, and the end of a waiting that nothing will end by itself. */
export function TapService({ tap_id, doing, board, onClose }: TapServiceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = useTapService(tap_id, doing, onClose);
  const tap = board.taps.find((one) => one.tap_id === tap_id);
  const reasons = REASONS[doing].map((one) => t(`service.reason.${one}`));
  return (
    <Dialog
      title={t(`service.title.${doing}`, { tap: format.number(tap?.number ?? 0) })}
      subtitle={tap?.beverage ?? undefined}
      onClose={onClose}
      problem={problemText(form.action.problem)}
      confirm={{
        label: t(`service.confirm.${doing}`),
        blocked: reasons.length > 0 && form.reason.trim() === '' ? t('reason.needed') : null,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-tap-service"
    >
      <div className={money['stack']}>
        <Facts
          facts={[
            { icon: <IconDroplet size={20} />, text: t(`service.beer.${doing}`) },
            { icon: <IconCashBanknote size={20} />, text: t(`service.money.${doing}`) },
          ]}
        />
        {doing === 'clean' && (
          <Tick
            label={t('service.circulated')}
            checked={form.circulated}
            onChange={form.setCirculated}
            testId="circulated"
          />
        )}
        {doing === 'endCleaning' && (
          <Choice
            label={t('service.then')}
            value={form.then}
            onChange={(then) => form.setThen(then as 'selling' | 'disabled')}
            options={[
              { value: 'selling', title: t('service.thenSelling') },
              { value: 'disabled', title: t('service.thenDisabled') },
            ]}
            autoFocus
          />
        )}
        {doing === 'takeKegOff' && (
          <Choice
            label={t('service.fate')}
            value={form.fate}
            onChange={(fate) => form.setFate(KEG_FATES.find((one) => one === fate) ?? 'empty')}
            options={KEG_FATES.map((fate) => ({ value: fate, title: t(`service.fates.${fate}`) }))}
          />
        )}
        {reasons.length > 0 && (
          <ReasonPicker reasons={reasons} value={form.reason} onChange={form.setReason} autoFocus />
        )}
      </div>
    </Dialog>
  );
}

function useTapService(tap_id: number, doing: TapDoing, onClose: () => void) {
  const { t } = useTranslation();
  const request_id = useRequestId();
  const [typed, setReason] = useState('');
  const [circulated, setCirculated] = useState(false);
  const [then, setThen] = useState<'selling' | 'disabled'>('selling');
  const [fate, setFate] = useState<KegFate>('empty');
  const reason = typed.trim();
  const on = { request_id, tap_id };
  const action = useAction<undefined, unknown>({
    send: () => {
      switch (doing) {
        case 'clean':
          return client.taps.startCleaning.mutate({ ...on, reason, circulated });
        case 'endCleaning':
          return client.taps.endCleaning.mutate({ ...on, then });
        case 'disable':
          return client.taps.setStatus.mutate({ ...on, status: 'disabled', reason });
        case 'enable':
          return client.taps.setStatus.mutate({ ...on, status: 'selling', reason });
        case 'reset':
          return client.taps.reset.mutate({ ...on, reason });
        case 'takeKegOff':
          return client.kegs.takeOff.mutate({ ...on, fate, reason });
      }
    },
    done: () => {
      void queryClient.invalidateQueries();
      window.setTimeout(() => showNotice({ kind: 'say', text: t(`service.done.${doing}`) }));
      onClose();
    },
  });
  return { fate, setFate, reason: typed, setReason, circulated, setCirculated, then, setThen, action };
}
