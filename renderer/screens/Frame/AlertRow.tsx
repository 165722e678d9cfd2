import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../lib/cx.ts';
import classes from './Frame.module.css';

export interface AlertRowProps {
  kind: 'red' | 'amber' | 'neutral';
  icon: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  slim?: boolean;
  onClose?: () => void;
  testId?: string;
}

/** One row under the search: what it is, what it means, what can be done. Red ones interrupt a screen reader. */
export function AlertRow({ kind, icon, title, children, actions, slim, onClose, testId }: AlertRowProps) {
  const { t } = useTranslation();
  return (
    <section
      className={cx(classes['alert'], kind !== 'red' && classes[kind], slim && classes['slim'])}
      role={kind === 'red' ? 'alert' : 'status'}
      data-testid={testId}
    >
      {icon}
      <div className={classes['alertWords']}>
        <h2>{title}</h2>
        {children !== undefined && <p>{children}</p>}
      </div>
      {actions}
      {onClose && (
        <Button
          square
          label={t('dialog.close')}
          tone={kind === 'red' ? 'onAlert' : 'outline'}
          icon={<IconX size={20} />}
          onPress={onClose}
        />
      )}
    </section>
  );
}
