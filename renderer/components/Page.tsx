import type { ReactNode } from 'react';
import classes from './Page.module.css';

export interface PageProps {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  foot?: ReactNode;
  testId?: string;
  /** nothing in it can be focused: it is scrolled by keys itself */
  reading?: boolean;
}

/** A screen of its own: title, what scrolls, and a footer that never does. */
export function Page({ title, aside, children, foot, testId, reading }: PageProps) {
  return (
    <main className={classes['page']} data-testid={testId}>
      <div className={classes['head']}>
        <h1 className="cut">{title}</h1>
        {aside}
      </div>
      <div className={classes['body']} {...(reading && { tabIndex: 0, role: 'region', 'aria-label': title })}>
        {children}
      </div>
      {foot !== undefined && <div className={classes['foot']}>{foot}</div>}
    </main>
  );
}

export function PageSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className={classes['h2']}>{title}</h2>
      {children}
    </section>
  );
}
