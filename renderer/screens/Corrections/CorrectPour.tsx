import { IconCashBanknote, IconClipboardText, IconGift } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VisitWire } from '#domain/protocol/till';
import { keepVisit } from '../../app/board.ts';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { useApprovalInPlace } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { AmountField } from '../../components/AmountField.tsx';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Empty, Facts } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Choice, ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { NumberPad } from '../../components/NumberPad.tsx';
import { client, trpc } from '../../lib/api.ts';
import { entryOf, entryWhole, typeKey } from '../../lib/entry.ts';
import type { Entry } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import { requestId } from '../../lib/requestId.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';
import { showNewest, useWhom } from '../dialogParts.ts';
import { aboutMinor, correctable } from './correctable.ts';

type Kind = 'comp' | 'reverse';
export interface CorrectPourProps {
  visit: VisitWire;
  onClose: () => void;
}

/** Some of a pour on the house, or the whole of it as if it had not been: the sale stays, what goes back has its own entry. */
export function CorrectPour({ visit, onClose }: CorrectPourProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const whom = useWhom();
  const problemText = useProblemText();
  const form = useCorrectPour(visit, onClose);
  const { kind, one } = form;
  if (!one)
    return (
      <Dialog title={t('comp.title')} subtitle={whom(visit)} cancel={t('dialog.close')} onClose={onClose}>
        <Empty icon={<IconGift size={40} />}>{t('comp.nothing')}</Empty>
      </Dialog>
    );
  const reasons =
    kind === 'comp'
      ? [t('comp.reason.foam'), t('comp.reason.taste'), t('comp.reason.gift')]
      : [t('comp.reason.other'), t('comp.reason.taste'), t('comp.reason.fault')];
  return (
    <Dialog
      title={t('comp.title')}
      subtitle={whom(visit)}
      aside={<Kinds kind={kind} onChange={form.setKind} />}
      size={900}
      onClose={onClose}
      problem={problemText(form.action.problem, 'comp.unreachable')}
      confirm={{
        label: t(`comp.confirm.${kind}`, { sum: format.money(form.back) }),
        blocked: form.blocked,
        busy: form.action.busy,
        minWidth: 288,
        onConfirm: () => form.action.run(visit.balance_minor),
      }}
      testId="dialog-correct-pour"
    >
      <div className={money['split']}>
        <div className={money['stack']}>
          <Choice
            label={t('code.which')}
            value={String(one.pour.pour_id)}
            columns={1}
            options={form.pours.map((each) => ({
              value: String(each.pour.pour_id),
              title: `${format.time(each.pour.poured_at)} · ${each.pour.beverage}`,
              aside: (
                <span className="num">
                  {format.ml(each.left_ml)} · {format.money(each.charged_minor)}
                </span>
              ),
            }))}
            onChange={form.choose}
          />
          {kind === 'comp' ? (
            <AmountField
              label={t('comp.ml')}
              entry={form.entry}
              shown={format.ml(form.ml ?? 0)}
              decimals={false}
              autoFocus
              onEntry={form.setEntry}
              hint={t('comp.most', { ml: format.ml(one.left_ml) })}
              testId="comp-ml"
            />
          ) : (
            <Facts
              facts={[
                {
                  icon: <IconCashBanknote size={20} />,
                  text: t('comp.wholeBack', { sum: format.money(one.charged_minor) }),
                },
                { icon: <IconClipboardText size={20} />, text: t('comp.stays') },
              ]}
            />
          )}
          <p className="dim">{form.cap}</p>
          <ReasonPicker key={kind} reasons={reasons} value={form.reason} onChange={form.setReason} />
          {form.pin.asked && <ApprovalFields approval={form.pin.approval} autoFocus />}
        </div>
        <NumberPad onKey={(key) => form.setEntry(typeKey(form.entry, key, false))} />
      </div>
    </Dialog>
  );
}

function Kinds({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  const { t } = useTranslation();
  return (
    <div className="row" role="group" aria-label={t('comp.what')}>
      {(['comp', 'reverse'] as const).map((one) => (
        <Button
          key={one}
          tone={one === kind ? 'chosen' : 'plain'}
          pressed={one === kind}
          onPress={() => onChange(one)}
          testId={`correct-${one}`}
        >
          {t(`comp.kind.${one}`)}
        </Button>
      ))}
    </div>
  );
}

function useCorrectPour(visit: VisitWire, onClose: () => void) {
  const { t } = useTranslation();
  const format = useFormat();
  const [key, setKey] = useState(requestId);
  const [kind, setKind] = useState<Kind>('comp');
  const [chosen, setChosen] = useState<number | null>(null);
  const [entry, setEntry] = useState<Entry>(() => entryOf(''));
  const [reason, setReason] = useState('');
  const pin = useApprovalInPlace();
  const cap = useCap();
  const pours = correctable(visit);
  const one = pours.find(({ pour }) => pour.pour_id === chosen) ?? pours[0];
  const ml = entryWhole(entry);
  const on = { request_id: key, pour_id: one?.pour.pour_id ?? 0, reason: reason.trim(), approval: pin.given };
  const action = useAction({
    send: (_before_minor: number) =>
      kind === 'comp' ? client.pours.comp.mutate({ ...on, ml: ml ?? 0 }) : client.pours.reverse.mutate(on),
    done: (answer, before_minor: number) => {
      const back = answer.balance_minor - before_minor;
      keepVisit(answer);
      const text = back > 0 ? t('comp.done', { sum: format.money(back) }) : t('comp.doneDebt');
      window.setTimeout(() => showNotice({ kind: 'say', text }));
      onClose();
    },
    failed: (problem) => {
      pin.ask(problem);
      showNewest(visit)(problem);
    },
  });
  // another pour or another kind is another action, with its own key
  const anew = (): void => {
    setKey(requestId());
    action.clear();
  };
  const blocked =
    kind === 'comp' && (ml === null || ml === 0)
      ? t('code.mlFirst')
      : kind === 'comp' && one && (ml ?? 0) > one.left_ml
        ? t('code.most', { ml: format.ml(one.left_ml) })
        : reason.trim() === ''
          ? t('reason.needed')
          : pin.missing
            ? t('approval.needed')
            : null;
  const back = !one ? 0 : kind === 'comp' ? aboutMinor(one, ml ?? 0) : one.charged_minor;
  return {
    kind,
    setKind: (next: Kind) => {
      setKind(next);
      setReason('');
      pin.forget();
      anew();
    },
    pours,
    one,
    choose: (id: string) => {
      setChosen(Number(id));
      setEntry(entryOf(''));
      anew();
    },
    entry,
    setEntry: (next: Entry) => {
      setEntry(next);
      anew();
    },
    ml,
    reason,
    setReason,
    pin,
    cap,
    back,
    blocked,
    action,
  };
}

/** How much one gives away in a day by one's own word. */
function useCap(): string {
  const { t } = useTranslation();
  const format = useFormat();
  const role = useStore(sessionStore)?.operator.role ?? 'cashier';
  const { data } = useQuery(trpc.settings.get.queryOptions());
  if (!data) return '';
  const ml = format.ml(data.money.comp_ml_per_day[role]);
  return t(`comp.cap.${role}`, { ml });
}
