import { UnstyledButton } from '@mantine/core';
import { cx } from '../lib/cx.ts';
import classes from './Switch.module.css';

export interface SwitchProps {
  /** for screen readers: what is switched */
  label: string;
  on: boolean;
  /** the state in words beside the knob */
  word: string;
  onPress: () => void;
  blocked?: boolean;
  testId?: string;
}

/** On or off, said by place, by word and by fill. */
export function Switch({ label, on, word, onPress, blocked, testId }: SwitchProps) {
  return (
    <UnstyledButton
      role="switch"
      aria-checked={on}
      aria-label={label}
      aria-disabled={blocked || undefined}
      className={cx(classes['switch'], on && classes['on'], blocked && classes['blocked'])}
      onClick={onPress}
      data-testid={testId}
    >
      <span className={classes['track']}>
        <i />
      </span>
      {word}
    </UnstyledButton>
  );
}
