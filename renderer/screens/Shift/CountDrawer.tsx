import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { goTo } from '../../app/router.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Figure, Steps, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { NumberPad } from '../../components/NumberPad.tsx';
import { Page } from '../../components/Page.tsx';
import { client } from '../../lib/api.ts';
import { justAfterWedge } from '../../lib/cards.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { closedShift } from './closedShift.ts';
import { waived } from './closing.ts';
import { CountColumn, useCounting } from './Counting.tsx';
import { linesOf } from './denominations.ts';
import classes from './Shift.module.css';
import { WhyDifferent } from './WhyDifferent.tsx';
import { useStore } from '../../lib/store.ts';

/** A blind count: what should be there is shown only afterwards. */
export function CountDrawer({ board: _board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = useCount();
  const back = (): void => goTo({ screen: 'shift', step: 'check' });
  const farOff =
    form.action.problem?.kind === 'refused' && form.action.problem.code === 'shift.reason_needed';
  const problem = farOff ? null : problemText(form.action.problem, 'shift.closeUnreachable');
  const confirm = (): void => {
    if (!justAfterWedge()) form.action.run(null);
  };
  return (
    <Page
      title={t('shift.countTitle')}
      aside={<Steps names={[t('step.check'), t('step.count'), t('step.compare')]} at={1} />}
      testId="shift-count"
      foot={
        <>
          <Button size="money" tone="outline" onPress={back}>
            {t('dialog.back')}
          </Button>
          <Button size="money" tone="primary" busy={form.action.busy} onPress={confirm} testId="confirm">
            {t('shift.compare', { sum: format.money(form.counted) })}
          </Button>
        </>
      }
    >
      <div className={classes['count']}>
        <CountColumn form={form.counting} title={t('shift.notes')} kind="note" />
        <div className={classes['stack']}>
          <CountColumn form={form.counting} title={t('shift.coins')} kind="coin" />
          <Figure big label={t('shift.counted')} value={format.money(form.counted)} testId="counted" />
          <p className="dim">{t('shift.blind')}</p>
          <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
        </div>
        <div className={classes['pad']}>
          <NumberPad onKey={form.counting.onKey} />
        </div>
      </div>
      {farOff && (
        <WhyDifferent
          counted={form.counted}
          busy={form.action.busy}
          problem={null}
          onClose={form.action.clear}
          onReason={form.action.run}
        />
      )}
    </Page>
  );
}

function useCount() {
  const request_id = useRequestId();
  const counting = useCounting();
  const { counts, counted } = counting;
  const given = useStore(waived);
  const action = useAction({
    send: (reason: string | null) =>
      client.shifts.close.mutate({
        request_id,
        counted_cash_minor: counted,
        count: linesOf(counts),
        reason,
        waivers: (given?.tap_numbers ?? []).map((tap_number) => ({
          tap_number,
          reason: given?.reason ?? '',
        })),
        approval: given?.approval ?? null,
      }),
    done: (answer) => {
      waived.set(null);
      closedShift.set(answer);
      void queryClient.invalidateQueries();
    },
  });
  return { counting, counted, action };
}
