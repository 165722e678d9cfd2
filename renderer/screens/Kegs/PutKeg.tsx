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
import classes from './Kegs.module.css';

export interface PutKegProps {
  board: BoardWire;
  tap_id: number | null;
  keg_id: number | null;
  onClose: () => void;
}

/** A keg from the store onto a free tap; the one that should be opened first is proposed. */
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
          <NextFirst form={form} />
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
        title: t('kegChange.kegOf', {
          number: format.number(keg.keg_id),
          beverage: keg.beverage,
          left: format.litres(keg.remaining_ml),
        }),
        aside: keg.keg_id === form.next ? <span className="dim">{t('keg.next')}</span> : undefined,
      }))}
      onChange={(value) => form.setKeg(Number(value))}
      autoFocus
    />
  );
}

/** Another keg of the same beverage should be opened before the chosen one; it may all the same be the one that leaks. */
function NextFirst({ form: { keg, before, number } }: { form: Form }) {
  const { t } = useTranslation();
  if (keg === undefined || before === undefined) return null;
  const why = t(`kegChange.why.${before.opened_at !== null && keg.opened_at === null ? 'opened' : 'older'}`);
  return (
    <p className={classes['gap']} role="status" data-testid="next-first">
      {t('kegChange.nextFirst', { number: number(before.keg_id), why })}
    </p>
  );
}

function usePutKeg({ board, onClose, ...start }: PutKegProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const request_id = useRequestId();
  const { data: kegs = [] } = useQuery(trpc.kegs.list.queryOptions());
  const [tap_id, setTap] = useState(start.tap_id);
  const [keg_id, setKeg] = useState(start.keg_id);
  const free: TapRow[] = board.taps.filter((tap) => tap.keg_id === null || tap.beverage === null);
  const tap = board.taps.find((one) => one.tap_id === (tap_id ?? free[0]?.tap_id));
  // Of what the tap sold last; else of what was chosen.
  const { data: ofTap } = useQuery(
    trpc.kegs.suggest.queryOptions(
      { tap_id: start.tap_id ?? 0 },
      { enabled: start.tap_id !== null, staleTime: 0 },
    ),
  );
  const first = start.keg_id ?? ofTap?.suggested?.keg_id ?? null;
  const stored: KegWire[] = kegs.filter(({ state }) => state === 'in_store');
  const candidates = ofTap?.candidates.map((one) => one.keg_id) ?? [];
  const rank = ({ keg_id: one }: KegWire): number =>
    one === start.keg_id ? -1 : candidates.includes(one) ? candidates.indexOf(one) : stored.length;
  stored.sort((a, b) => rank(a) - rank(b));
  const keg = stored.find((one) => one.keg_id === (keg_id ?? first)) ?? stored[0];
  const { data: ofKeg } = useQuery(
    trpc.kegs.suggest.queryOptions(
      { beverage_id: keg?.beverage_id ?? 0 },
      { enabled: keg !== undefined, staleTime: 0 },
    ),
  );
  const next = ofKeg?.suggested ?? null;
  const before =
    next !== null && next.keg_id !== keg?.keg_id && next.beverage_id === keg?.beverage_id ? next : undefined;
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
  return {
    stored,
    next: next?.keg_id,
    before,
    free,
    tap,
    keg,
    setTap,
    setKeg,
    action,
    number: format.number,
  };
}
