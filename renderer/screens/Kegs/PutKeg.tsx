import { useQuery } from '@tanstack/react-query';
import { IconBarrel } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { KegWire } from '#domain/protocol/equipment';
import type { BoardWire, TapRow } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Choice } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { PageSection } from '../../components/Page.tsx';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

export interface PutKegProps {
  board: BoardWire;
  tap_id: number | null;
  keg_id: number | null;
  onClose: () => void;
}

/** A keg from the store onto a free tap; the oldest one is proposed. */
export function PutKeg(props: PutKegProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const form = usePutKeg(props);
  const { tap, keg } = form;
  return (
    <Dialog
      title={t('keg.putTitle')}
      subtitle={tap && t('lock.tap', { tap: form.number(tap.number) })}
      size={780}
      onClose={props.onClose}
      problem={problemText(form.action.problem)}
      confirm={
        keg && {
          label: t('keg.putConfirm', { beverage: keg.beverage }),
          blocked: tap ? null : t('keg.tapFirst'),
          busy: form.action.busy,
          onConfirm: () => form.action.run(undefined),
        }
      }
      beside={
        !keg && (
          <Button size="money" tone="primary" onPress={() => openDialog({ kind: 'receiveKeg' })}>
            {t('keg.receive')}
          </Button>
        )
      }
      testId="dialog-put-keg"
    >
      {form.stored.length === 0 ? (
        <Empty icon={<IconBarrel size={40} />}>{t('keg.noneStored')}</Empty>
      ) : (
        <>
          {props.tap_id === null && <Taps form={form} />}
          <PageSection title={t('keg.which')}>
            <Kegs form={form} />
          </PageSection>
        </>
      )}
    </Dialog>
  );
}

type Form = ReturnType<typeof usePutKeg>;

function Taps({ form }: { form: Form }) {
  const { t } = useTranslation();
  if (form.free.length === 0) return <p className="dim">{t('keg.noFreeTap')}</p>;
  return (
    <PageSection title={t('keg.whichTap')}>
      <Choice
        label={t('keg.whichTap')}
        value={form.tap === undefined ? null : String(form.tap.tap_id)}
        options={form.free.map((tap) => ({
          value: String(tap.tap_id),
          title: t('lock.tap', { tap: form.number(tap.number) }),
        }))}
        onChange={(value) => form.setTap(Number(value))}
      />
    </PageSection>
  );
}

function Kegs({ form }: { form: Form }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Choice
      label={t('keg.which')}
      columns={1}
      value={form.keg === undefined ? null : String(form.keg.keg_id)}
      options={form.stored.map((keg) => ({
        value: String(keg.keg_id),
        title: `${keg.beverage}, ${format.litres(keg.remaining_ml)}`,
        aside: keg.keg_id === form.oldest ? <span className="dim">{t('keg.oldest')}</span> : undefined,
      }))}
      onChange={(value) => form.setKeg(Number(value))}
      autoFocus
    />
  );
}

function usePutKeg({ board, onClose, ...start }: PutKegProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const request_id = useRequestId();
  const { data: kegs = [] } = useQuery(trpc.kegs.list.queryOptions());
  const [tap_id, setTap] = useState(start.tap_id);
  const [keg_id, setKeg] = useState(start.keg_id);
  const stored: KegWire[] = kegs
    .filter((keg) => keg.state === 'in_store')
    .sort((a, b) => Date.parse(a.received_at) - Date.parse(b.received_at));
  const oldest = stored[0]?.keg_id;
  const asked = stored.findIndex((one) => one.keg_id === start.keg_id);
  if (asked > 0) stored.unshift(...stored.splice(asked, 1));
  const free: TapRow[] = board.taps.filter((tap) => tap.keg_id === null || tap.beverage === null);
  const tap = board.taps.find((one) => one.tap_id === (tap_id ?? free[0]?.tap_id));
  const keg = stored.find((one) => one.keg_id === keg_id) ?? stored[0];
  const action = useAction({
    send: () =>
      client.kegs.putOnTap.mutate({ request_id, tap_id: tap?.tap_id ?? 0, keg_id: keg?.keg_id ?? 0 }),
    done: (answer) => {
      void queryClient.invalidateQueries();
      const number = format.number(answer.tap_number ?? 0);
      window.setTimeout(() =>
        showNotice({ kind: 'say', text: t('keg.putDone', { beverage: answer.beverage, tap: number }) }),
      );
      onClose();
    },
  });
  return { stored, oldest, free, tap, keg, setTap, setKeg, action, number: format.number };
}
