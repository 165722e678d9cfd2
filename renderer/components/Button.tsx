import { UnstyledButton } from '@mantine/core';
import type { ReactNode, Ref } from 'react';
import { cx } from '../lib/cx.ts';
import classes from './Button.module.css';

export type ButtonTone =
  'plain' | 'primary' | 'outline' | 'danger' | 'dangerEntry' | 'ghost' | 'chosen' | 'onAlert';

export interface ButtonProps {
  children?: ReactNode;
  /** for screen readers, where the face is an icon only */
  label?: string;
  icon?: ReactNode;
  tone?: ButtonTone;
  size?: 'row' | 'normal' | 'money';
  /** the key that does the same */
  hint?: string;
  note?: string;
  /** Why it cannot be done now. The button stays reachable; pressing it calls `onBlocked` instead. */
  blocked?: string | null;
  onPress?: () => void;
  onBlocked?: () => void;
  busy?: boolean;
  left?: boolean;
  wide?: boolean;
  square?: boolean;
  className?: string;
  pressed?: boolean;
  testId?: string;
  submit?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

/** Every button of the till. One amber one on a screen: what to do next. */
export function Button(props: ButtonProps) {
  const { children, tone = 'plain', size = 'normal', blocked = null, busy = false } = props;
  const note = blocked ?? props.note;
  const press = (): void => {
    if (busy) return;
    if (blocked === null) props.onPress?.();
    else props.onBlocked?.();
  };
  return (
    <UnstyledButton
      ref={props.ref}
      type={props.submit ? 'submit' : 'button'}
      className={cx(
        classes['button'],
        size !== 'normal' && classes[size],
        blocked === null ? tone !== 'plain' && classes[tone] : classes['blocked'],
        props.left && classes['left'],
        props.wide && classes['wide'],
        props.square && classes['square'],
        busy && classes['busy'],
        props.className,
      )}
      aria-label={props.label}
      aria-disabled={blocked !== null || busy || undefined}
      aria-busy={busy || undefined}
      aria-pressed={props.pressed}
      data-testid={props.testId}
      onClick={press}
    >
      {props.icon}
      {children !== undefined && (
        <span className={classes['words']}>
          {children}
          {note !== undefined && <small className={classes['note']}>{note}</small>}
        </span>
      )}
      {props.hint !== undefined && blocked === null && <kbd aria-hidden="true">{props.hint}</kbd>}
    </UnstyledButton>
  );
}
