import { Modal } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { ReactNode, Ref, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { justAfterWedge } from '../lib/cards.ts';
import { Button } from './Button.tsx';
import type { ButtonTone } from './Button.tsx';
import classes from './Dialog.module.css';

export interface Confirm {
  /** says the result: «Принять 1 500,00 ₽» */
  label: string;
  icon?: ReactNode;
  tone?: ButtonTone;
  blocked?: string | null;
  busy?: boolean;
  minWidth?: number;
  onConfirm: () => void;
}

export interface DialogProps {
  title: string;
  subtitle?: ReactNode;
  aside?: ReactNode;
  size?: 620 | 780 | 900;
  children: ReactNode;
  /** of the last try, above the footer; the input stays */
  problem?: string | null;
  cancel?: string;
  confirm?: Confirm;
  /** beside the confirm, or in its place */
  beside?: ReactNode;
  onClose: () => void;
  testId?: string;
}

const STEP_BACK = { duration: 120 };

/** Who and what, in a few lines; cancel far left, confirm far right. Enter confirms a complete form, Esc cancels. */
export function Dialog(props: DialogProps) {
  const { t } = useTranslation();
  const confirmed = useRef<HTMLButtonElement>(null);
  const { confirm } = props;
  useEnter(confirm, confirmed);
  return (
    <Modal.Root
      opened
      centered
      onClose={confirm?.busy ? () => undefined : props.onClose}
      size={props.size ?? 620}
      transitionProps={STEP_BACK}
      yOffset={12}
      classNames={{ content: classes['content'], inner: classes['inner'], overlay: classes['overlay'] }}
    >
      <Modal.Overlay />
      <Modal.Content radius="md" aria-label={props.title} data-testid={props.testId}>
        <header className={classes['head']}>
          <div className={classes['title']}>
            <h2 className="cut" data-cut="dialog-title">
              {props.title}
            </h2>
            {props.subtitle !== undefined && (
              <p className="cut" data-cut="dialog-whom">
                {props.subtitle}
              </p>
            )}
          </div>
          {props.aside}
        </header>
        <div className={classes['body']}>{props.children}</div>
        <div role="alert">
          {props.problem && (
            <div className={classes['problem']}>
              <IconAlertTriangle size={20} />
              <span>{props.problem}</span>
            </div>
          )}
        </div>
        <footer className={classes['foot']}>
          <Button size="money" tone="outline" hint="Esc" onPress={props.onClose}>
            {props.cancel ?? t('dialog.cancel')}
          </Button>
          <div className={classes['confirm']}>
            {props.beside}
            {confirm && <ConfirmButton confirm={confirm} ref={confirmed} />}
          </div>
        </footer>
      </Modal.Content>
    </Modal.Root>
  );
}

/**
 * Enter confirms wherever the focus is, unless on another button. Heard at the window: what had the focus may be gone, as a
 * button is that a card has made needless.
 */
function useEnter(confirm: Confirm | undefined, button: RefObject<HTMLButtonElement | null>): void {
  const latest = useRef(confirm);
  useEffect(() => {
    latest.current = confirm;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const now = latest.current;
      if (event.key !== 'Enter' || event.defaultPrevented || !now) return;
      const pressed =
        event.target instanceof Element ? event.target.closest('button, [role="menu"], select') : null;
      const role = pressed?.getAttribute('role');
      const blocked = (now.blocked ?? null) !== null;
      // A tick is ticked while the form lacks something; a complete form is confirmed from it as from any field.
      const mayConfirm = role === 'radio' || (role === 'checkbox' && !blocked);
      if (pressed !== null && pressed !== button.current && !mayConfirm) return;
      event.preventDefault();
      if (event.repeat || justAfterWedge() || now.busy || blocked) return;
      now.onConfirm();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [button]);
}

function ConfirmButton({ confirm, ref }: { confirm: Confirm; ref: Ref<HTMLButtonElement> }) {
  const { t } = useTranslation();
  return (
    <span style={{ minWidth: confirm.minWidth, display: 'grid' }}>
      <Button
        ref={ref}
        size="money"
        tone={confirm.tone ?? 'primary'}
        icon={confirm.icon}
        hint="Enter"
        blocked={confirm.blocked ?? null}
        busy={confirm.busy}
        onPress={confirm.onConfirm}
        testId="confirm"
      >
        {confirm.busy ? t('dialog.busy') : confirm.label}
      </Button>
    </span>
  );
}
