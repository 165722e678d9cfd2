import { Checkbox, NativeSelect } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useId } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { cx } from '../lib/cx.ts';
import classes from './Field.module.css';

export interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  hint?: ReactNode;
  wrong?: string | null;
  size?: 'normal' | 'large' | 'amount';
  icon?: ReactNode;
  autoFocus?: boolean;
  inputMode?: 'text' | 'numeric' | 'tel' | 'none';
  secret?: boolean;
  maxLength?: number;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  onFocus?: () => void;
  testId?: string;
}

/** A label, one line of input, and a hint or what is wrong with it. */
export function Field(props: FieldProps) {
  const id = useId();
  const note = props.wrong ?? props.hint;
  return (
    <div>
      <label className={classes['label']} htmlFor={id}>
        {props.label}
      </label>
      <div className={cx(props.icon !== undefined && classes['withIcon'])}>
        {props.icon}
        <input
          id={id}
          className={cx(classes['input'], props.size && props.size !== 'normal' && classes[props.size])}
          value={props.value}
          type={props.secret ? 'password' : 'text'}
          autoComplete="off"
          spellCheck={false}
          data-autofocus={props.autoFocus || undefined}
          autoFocus={props.autoFocus}
          placeholder={props.placeholder}
          inputMode={props.inputMode}
          maxLength={props.maxLength}
          aria-invalid={props.wrong ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          onChange={(event) => props.onChange(event.currentTarget.value)}
          onKeyDown={props.onKeyDown}
          onFocus={props.onFocus}
          data-testid={props.testId}
        />
      </div>
      {note !== undefined && note !== null && (
        <p
          id={`${id}-note`}
          className={cx(classes['hint'], props.wrong && classes['wrong'])}
          aria-live="polite"
        >
          {note}
        </p>
      )}
    </div>
  );
}

export interface TickProps {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  testId?: string;
}

/** A statement that the operator makes: «18+ проверено». */
export function Tick({ label, checked, onChange, testId }: TickProps) {
  return (
    <Checkbox.Card
      className={classes['tick']}
      checked={checked}
      onClick={() => onChange(!checked)}
      data-testid={testId}
    >
      <span className={classes['box']}>{checked && <IconCheck size={18} stroke={3} />}</span>
      <span>{label}</span>
    </Checkbox.Card>
  );
}

export interface ChoiceFieldProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
  testId?: string;
}

export function ChoiceField({ label, value, options, onChange, testId }: ChoiceFieldProps) {
  return (
    <NativeSelect
      label={label}
      value={value}
      data={options}
      classNames={{ label: classes['label'], input: classes['input'] }}
      onChange={(event) => onChange(event.currentTarget.value)}
      data-testid={testId}
    />
  );
}
