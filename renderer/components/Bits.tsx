import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { cx } from '../lib/cx.ts';
import classes from './Bits.module.css';

/** Where one is in a few steps; `at` counts from 0. */
export function Steps({ names, at }: { names: string[]; at: number }) {
  return (
    <ol className={classes['steps']}>
      {names.map((name, index) => (
        <li
          key={name}
          className={index === at ? classes['on'] : index < at ? classes['ok'] : undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className={classes['n']}>{index < at ? <IconCheck size={16} /> : index + 1}</span>
          <span className={classes['name']}>{name}</span>
        </li>
      ))}
    </ol>
  );
}

/** The one warning of a dialog: a fact, then the gentler alternative. */
export function Warning({
  fact,
  children,
  icon,
}: {
  fact: ReactNode;
  children?: ReactNode;
  icon?: ReactNode;
}) {
  return (
    <div className={classes['warn']}>
      {icon ?? <IconAlertTriangle size={24} />}
      <span>
        <b>{fact}</b>
        {children !== undefined && <br />}
        {children}
      </span>
    </div>
  );
}

export interface Fact {
  icon: ReactNode;
  text: ReactNode;
}

/** What will happen, in two or three plain lines. */
export function Facts({ title, facts }: { title?: string; facts: Fact[] }) {
  return (
    <div>
      {title !== undefined && <h3 className={classes['h3']}>{title}</h3>}
      <ul className={classes['facts']}>
        {facts.map((fact, index) => (
          <li key={index}>
            {fact.icon}
            <span>{fact.text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Pairs({ pairs }: { pairs: [string, ReactNode][] }) {
  return (
    <dl className={classes['pairs']}>
      {pairs.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface FigureProps {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  big?: boolean;
  attention?: boolean;
  testId?: string;
}

/** A label and a large figure. */
export function Figure({ label, value, note, big, attention, testId }: FigureProps) {
  return (
    <div className={cx(attention && classes['attention'])}>
      <span className={classes['label']}>{label}</span>
      <div className={cx(big ? classes['big'] : classes['mid'], 'num')} data-testid={testId}>
        {value}
      </div>
      {note !== undefined && <div className={cx(classes['figureNote'], 'num')}>{note}</div>}
    </div>
  );
}

/** An empty state says what to do first. */
export function Empty({
  icon,
  children,
  action,
}: {
  icon?: ReactNode;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={classes['empty']}>
      {icon}
      <p>{children}</p>
      {action}
    </div>
  );
}

export interface PromptProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  done?: boolean;
}

/** One thing to do, or one thing done, seen from two metres. */
export function Prompt({ icon, title, children, done }: PromptProps) {
  return (
    <div className={classes['prompt']}>
      <div className={cx(classes['ring'], done && classes['done'])}>{icon}</div>
      <h3>{title}</h3>
      {children}
    </div>
  );
}
