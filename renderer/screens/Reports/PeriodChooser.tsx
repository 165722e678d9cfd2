import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import { askOf, chosenPeriod, PERIODS } from './chosen.ts';
import type { Period } from './chosen.ts';
import { dateOf, dateText } from './dates.ts';
import classes from './Reports.module.css';

/** Which time is looked at. `known`: the days of the report that is shown, where the two dates begin. */
export function PeriodChooser({ known }: { known: { from: string; to: string } }) {
  const { t } = useTranslation();
  const chosen = useStore(chosenPeriod);
  const choose = (period: Period): void => {
    const { from, to } = chosen;
    const dates = from === '' ? known : { from, to };
    chosenPeriod.set({ ...dates, period });
  };
  return (
    <>
      <div className={classes['periods']} role="group" aria-label={t('reports.period')}>
        {PERIODS.map((period) => (
          <Button
            key={period}
            size="row"
            tone={period === chosen.period ? 'chosen' : 'plain'}
            pressed={period === chosen.period}
            onPress={() => choose(period)}
            testId={`period-${period}`}
          >
            {t(`reports.periods.${period}`)}
          </Button>
        ))}
      </div>
      {chosen.period === 'days' && (
        <div className={classes['dates']}>
          <Day
            label={t('reports.from')}
            value={chosen.from}
            onChange={(from) => chosenPeriod.set({ ...chosen, from })}
          />
          <Day
            label={t('reports.to')}
            value={chosen.to}
            onChange={(to) => chosenPeriod.set({ ...chosen, to })}
          />
          <p className={classes['wrong']} aria-live="polite">
            {askOf(chosen) === null ? t('reports.badDays') : ''}
          </p>
        </div>
      )}
    </>
  );
}

/** What is typed stays as it is typed; a day of the calendar counts at once. */
function Day({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const { language } = useFormat();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Field
      label={label}
      value={typed ?? dateText(value, language)}
      placeholder={t('reports.dateLooks')}
      inputMode="numeric"
      maxLength={12}
      onChange={(text) => {
        setTyped(text);
        onChange(dateOf(text));
      }}
    />
  );
}
