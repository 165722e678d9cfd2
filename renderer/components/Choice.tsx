import { Radio } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import classes from './Choice.module.css';
import { Field } from './Field.tsx';

export interface ChoiceOption {
  value: string;
  title: ReactNode;
  note?: ReactNode;
  aside?: ReactNode;
}

export interface ChoiceProps {
  label: string;
  value: string | null;
  options: ChoiceOption[];
  onChange: (value: string) => void;
  columns?: 1 | 2;
  autoFocus?: boolean;
}

/** A few options, all visible, one of them chosen. */
export function Choice({ label, value, options, onChange, columns = 2, autoFocus }: ChoiceProps) {
  const first = Math.max(
    0,
    options.findIndex((option) => option.value === value),
  );
  return (
    <Radio.Group value={value} onChange={onChange} aria-label={label}>
      <div className={cx(classes['grid'], columns === 1 && classes['one'])}>
        {options.map((option, index) => (
          <Radio.Card
            key={option.value}
            value={option.value}
            className={classes['card']}
            data-autofocus={(autoFocus && index === first) || undefined}
          >
            <span className={classes['dot']} />
            <span className={cx(classes['words'], 'cut')}>
              {option.note === undefined ? option.title : <b className="cut">{option.title}</b>}
              {option.note !== undefined && <span>{option.note}</span>}
            </span>
            {option.aside}
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}

export interface ReasonPickerProps {
  /** ready sentences; the last option is always the operator's own words */
  reasons: string[];
  value: string;
  onChange: (reason: string) => void;
  autoFocus?: boolean;
}

const OTHER = '';

/** Why something is done. Goes to the journal, so an empty reason is none. */
export function ReasonPicker({ reasons, value, onChange, autoFocus }: ReasonPickerProps) {
  const { t } = useTranslation();
  const [own, setOwn] = useState(false);
  const options = [
    ...reasons.map((reason) => ({ value: reason, title: reason })),
    { value: OTHER, title: t('reason.other') },
  ];
  const choose = (chosen: string): void => {
    setOwn(chosen === OTHER);
    onChange(chosen);
  };
  return (
    <div>
      <h3 className={classes['h3']}>
        {t('reason.title')} <span>— {t('reason.note')}</span>
      </h3>
      <Choice
        label={t('reason.title')}
        value={own ? OTHER : value === '' ? null : value}
        options={options}
        onChange={choose}
        autoFocus={autoFocus}
      />
      {own && (
        <div className={classes['other']}>
          <Field label={t('reason.own')} value={value} maxLength={200} onChange={onChange} autoFocus />
        </div>
      )}
    </div>
  );
}
