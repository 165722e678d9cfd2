import type { ReactNode } from 'react';
import { cx } from '../lib/cx.ts';
import classes from './StateBadge.module.css';

export type Tone = 'live' | 'quiet' | 'outline' | 'attention' | 'danger' | 'money';

/** A state is an icon, a word and a colour, never a colour alone. */
export function StateBadge({ tone, icon, children }: { tone: Tone; icon: ReactNode; children: ReactNode }) {
  return (
    <span className={cx(classes['badge'], classes[tone])}>
      {icon}
      {children}
    </span>
  );
}
