import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { HandOverAnswer } from '#domain/protocol/shift';
import { goTo } from '../../app/router.ts';
import { sessionStore, signedOut } from '../../app/session.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Figure, Prompt } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { NumberPad } from '../../components/NumberPad.tsx';
import { Page } from '../../components/Page.tsx';
import { IconCheck } from '@tabler/icons-react';
import { client } from '../../lib/api.ts';
import { justAfterWedge } from '../../lib/cards.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useStore } from '../../lib/store.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { CountColumn, useCounting } from './Counting.tsx';
import { linesOf } from './denominations.ts';
import classes from './Shift.module.css';
import { TakerDialog } from './TakerDialog.tsx';
import type { Taker } from './TakerDialog.tsx';
import { WhyDifferent } from './WhyDifferent.tsx';

/** The drawer changes hands inside the shift: counted blind by who leaves, taken over with a PIN by who comes. */
export function HandOver() {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = useHandOver();
  if (form.answer !== null) return <HandedOver answer={form.answer} name={form.taker?.name ?? ''} />;
  const { counting, counted, action } = form;
  const farOff = action.problem?.kind === 'refused' && action.problem.code === 'shift.reason_needed';
  const problem = farOff ? null : problemText(action.problem, 'cash.handOverUnreachable');
  return (
    <Page
      title={t('cash.handOverTitle')}
      testId="hand-over"
      foot={
        <>
          <Button size="money" tone="outline" onPress={() => goTo({ screen: 'shift', step: 'home' })}>
            {t('dialog.back')}
          </Button>
          <Button
            size="money"
            tone="primary"
            onPress={() => !justAfterWedge() && form.setAsking(true)}
            testId="confirm"
          >
            {t('cash.handOverNext', { sum: format.money(counted) })}
          </Button>
        </>
      }
    >
      <div className={classes['count']}>
        <CountColumn form={counting} title={t('shift.notes')} kind="note" />
        <div className={classes['stack']}>
          <CountColumn form={counting} title={t('shift.coins')} kind="coin" />
          <Figure big label={t('shift.counted')} value={format.money(counted)} testId="counted" />
          <p className="dim">{t('cash.blind')}</p>
        </div>
        <div className={classes['pad']}>
          <NumberPad onKey={counting.onKey} />
        </div>
      </div>
      {farOff ? (
        <WhyDifferent
          counted={counted}
          busy={action.busy}
          problem={null}
          confirm={t('cash.handOver')}
          onClose={form.again}
          onReason={(reason) => form.hand(reason)}
        />
      ) : (
        form.asking && (
          <TakerDialog
            counted={counted}
            busy={action.busy}
            problem={problem}
            onClose={() => form.setAsking(false)}
            onTaker={form.take}
          />
        )
      )}
    </Page>
  );
}

function HandedOver({ answer, name }: { answer: HandOverAnswer; name: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mine = useStore(sessionStore)?.operator.id;
  const { difference_minor, expected_minor, counted_minor } = answer.ended;
  const word = difference_minor === 0 ? 'shift.even' : difference_minor < 0 ? 'shift.short' : 'shift.over';
  const done = (): void => {
    goTo({ screen: 'visits', visit_id: null });
    if (mine === answer.operator_id) return;
    void client.session.signOut.mutate().catch(() => undefined);
    signedOut();
  };
  return (
    <Page
      title={t('cash.handedOverTitle')}
      testId="handed-over"
      foot={
        <>
          <span className="dim">{t('cash.nowSignsIn', { name })}</span>
          <Button size="money" tone="primary" onPress={done} testId="confirm">
            {t('dialog.ready')}
          </Button>
        </>
      }
    >
      <Prompt done icon={<IconCheck size={80} />} title={t('cash.handedOver', { name })} />
      <div className={classes['result']}>
        <Figure label={t('shift.expected')} value={format.money(expected_minor)} />
        <Figure label={t('shift.counted')} value={format.money(counted_minor)} />
        <Figure
          label={t(word)}
          value={format.money(Math.abs(difference_minor))}
          attention={difference_minor !== 0}
          testId="difference"
        />
      </div>
    </Page>
  );
}

function useHandOver() {
  const request_id = useRequestId();
  const counting = useCounting();
  const { counts, counted } = counting;
  const [asking, setAsking] = useState(false);
  const [taker, setTaker] = useState<Taker | null>(null);
  const [answer, setAnswer] = useState<HandOverAnswer | null>(null);
  const action = useAction({
    send: ({ to, reason }: { to: Taker; reason: string | null }) =>
      client.cash.handOver.mutate({
        request_id,
        counted_cash_minor: counted,
        count: linesOf(counts),
        reason,
        to: to.given,
      }),
    done: (given) => {
      setAnswer(given);
      void queryClient.invalidateQueries();
    },
  });
  return {
    counting,
    counted,
    action,
    answer,
    asking,
    setAsking,
    taker,
    take: (to: Taker) => {
      setTaker(to);
      action.run({ to, reason: null });
    },
    hand: (reason: string) => taker && action.run({ to: taker, reason }),
    again: () => {
      action.clear();
      setAsking(false);
    },
  };
}
