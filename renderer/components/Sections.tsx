import type { ReactNode } from 'react';
import { cx } from '../lib/cx.ts';
import classes from './Sections.module.css';

export interface SectionsProps {
  label: string;
  sections: { key: string; href: string; title: string; icon: ReactNode; on: boolean }[];
  children: ReactNode;
  testId?: string;
}

/** A screen of several parts: their names on the left, the chosen one beside them. */
export function Sections({ label, sections, children, testId }: SectionsProps) {
  return (
    <div className={classes['sections']} data-testid={testId}>
      <nav className={classes['nav']} aria-label={label}>
        {sections.map((section) => (
          <a
            key={section.key}
            href={section.href}
            className={cx(section.on && classes['chosen'])}
            aria-current={section.on ? 'page' : undefined}
            data-testid={`section-${section.key}`}
          >
            {section.icon}
            <span>{section.title}</span>
          </a>
        ))}
      </nav>
      {children}
    </div>
  );
}
