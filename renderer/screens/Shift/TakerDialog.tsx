import { IconBackspace } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApprovalInput } from '#domain/protocol/approval';
import approvalClasses from '../../components/ApprovalFields.module.css';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ChoiceField, Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { sessionStore } from '../../app/session.ts';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';

export interface Taker {
  name: string;
  given: ApprovalInput;
}

export interface TakerDialogProps {
  counted: number;
  busy: boolean;
  problem: string | null;
  onClose: () => void;
  onTaker: (taker: Taker) => void;
}

const DIGITS = [...'1234567890'];

/** Who takes the drawer over, and their own PIN: they answer for what was counted. */
export function TakerDialog({ counted, busy, problem, onClose, onTaker }: TakerDialogProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const mine = useStore(sessionStore)?.operator.id;
  const { data } = useQuery(trpc.session.operators.queryOptions());
  const operators = (data?.operators ?? []).filter((one) => one.id !== mine);
  const [by, setBy] = useState('');
  const [pin, setDigits] = useState('');
  const setPin = (text: string): void => setDigits(text.replace(/\D/g, '').slice(0, 12));
  const taker = operators.find((one) => String(one.id) === by) ?? operators[0];
  return (
    <Dialog
      title={t('cash.takerTitle')}
      subtitle={t('different.counted', { sum: format.money(counted) })}
      onClose={onClose}
      problem={problem}
      confirm={{
        label: t('cash.take', { sum: format.money(counted) }),
        blocked: !taker ? t('cash.nobody') : pin.length < 4 ? t('cash.takerPin') : null,
        busy,
        onConfirm: () => taker && onTaker({ name: taker.name, given: { operator_id: taker.id, pin } }),
      }}
      testId="dialog-taker"
    >
      <div className={money['stack']}>
        <p className="dim">{t('cash.takerText')}</p>
        <div className={money['two']}>
          <ChoiceField
            label={t('cash.taker')}
            value={String(taker?.id ?? '')}
            options={operators.map((one) => ({ value: String(one.id), label: one.name }))}
            onChange={setBy}
            testId="taker"
          />
          <Field
            label={t('signIn.pin')}
            value={pin}
            onChange={setPin}
            secret
            inputMode="none"
            autoFocus
            testId="taker-pin"
          />
        </div>
        <div className={approvalClasses['keys']} role="group" aria-label={t('pad.name')}>
          {DIGITS.map((digit) => (
            <Button key={digit} size="row" square onPress={() => setPin(pin + digit)}>
              {digit}
            </Button>
          ))}
          <Button
            size="row"
            square
            label={t('pad.erase')}
            icon={<IconBackspace size={20} />}
            onPress={() => setPin(pin.slice(0, -1))}
          />
        </div>
      </div>
    </Dialog>
  );
}
