import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { decideCalibration, MAX_SPREAD_PERMILLE, MEASURED_POURS } from '#domain/tap/calibration';
import type { BoardWire } from '#domain/protocol/till';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Figure, Steps, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { measuredOf, NO_MEASURE } from './measured.ts';
import type { Measure } from './measured.ts';

/** Three pours into a measuring jug, one after another; the middle one counts, and how far they differ is shown. */
export function Calibrate({
  tap_id,
  board,
  onClose,
}: {
  tap_id: number;
  board: BoardWire;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const [typed, setTyped] = useState<Measure[]>(() =>
    Array.from({ length: MEASURED_POURS }, () => NO_MEASURE),
  );
  const tap = board.taps.find((one) => one.tap_id === tap_id);
  const measured = typed.map(measuredOf);
  const whole = measured.flatMap((one) => (one === null ? [] : [one]));
  const decision = whole.length === MEASURED_POURS ? decideCalibration(whole) : null;
  const at = measured.findIndex((one) => one === null);
  const { data: meter } = useQuery(trpc.taps.meter.queryOptions({ tap_id }, { refetchInterval: 1_000 }));
  const change = (index: number, part: Partial<Measure>): void =>
    setTyped(typed.map((one, i) => (i === index ? { ...one, ...part } : one)));
  const action = useAction({
    send: () => client.taps.calibrate.mutate({ request_id, tap_id, measured: whole }),
    done: ({ version }) => {
      void queryClient.invalidateQueries({ queryKey: trpc.taps.pathKey() });
      window.setTimeout(() => showNotice({ kind: 'say', text: t('calibrate.done', { version }) }));
      onClose();
    },
  });
  return (
    <Dialog
      title={t('calibrate.title', { tap: format.number(tap?.number ?? 0) })}
      subtitle={t('calibrate.subtitle')}
      size={780}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('calibrate.confirm'),
        blocked:
          decision === null
            ? t('calibrate.threeFirst')
            : decision.effect === 'refuse'
              ? t('calibrate.again')
              : null,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-calibrate"
    >
      <div className={money['stack']}>
        <Steps
          names={typed.map((_, index) => t('calibrate.pour', { number: index + 1 }))}
          at={at === -1 ? MEASURED_POURS : at}
        />
        {typed.map((one, index) => (
          <div key={index} className={money['two']}>
            <Field
              label={t('calibrate.pulses', { number: index + 1 })}
              value={one.pulses}
              onChange={(pulses) => change(index, { pulses: digits(pulses) })}
              inputMode="numeric"
              autoFocus={index === 0}
              testId={`pulses-${index + 1}`}
            />
            <Field
              label={t('calibrate.ml', { number: index + 1 })}
              value={one.ml}
              onChange={(ml) => change(index, { ml: digits(ml) })}
              inputMode="numeric"
              wrong={
                one.ml !== '' && (Number(one.ml) < 100 || Number(one.ml) > 20_000)
                  ? t('calibrate.range')
                  : null
              }
              testId={`jug-${index + 1}`}
            />
          </div>
        ))}
        {at !== -1 && (meter?.rinsed_pulses ?? 0) > 0 && (
          <Button
            onPress={() => change(at, { pulses: String(meter?.rinsed_pulses ?? '') })}
            testId="pulses-from-tap"
          >
            {t('calibrate.fromTap', { pulses: format.count(meter?.rinsed_pulses ?? 0) })}
          </Button>
        )}
        {decision?.effect === 'calibrate' && (
          <div className={money['two']}>
            <Figure label={t('calibrate.result')} value={format.count(decision.pulses_per_litre)} />
            <Figure
              label={t('calibrate.spread')}
              value={format.permille(decision.spread_permille)}
              note={t('calibrate.most', { most: format.permille(MAX_SPREAD_PERMILLE) })}
            />
          </div>
        )}
        {decision?.effect === 'refuse' && (
          <Warning
            fact={
              decision.code === 'calibration.spread'
                ? t('calibrate.tooFar', { spread: format.permille(decision.spread_permille) })
                : t('calibrate.impossible')
            }
          >
            {t('calibrate.tooFarText')}
          </Warning>
        )}
        <p className="dim">{t('calibrate.text')}</p>
      </div>
    </Dialog>
  );
}

const digits = (text: string): string => text.replace(/\D/g, '').slice(0, 8);
