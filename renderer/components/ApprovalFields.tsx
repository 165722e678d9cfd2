import { IconBackspace } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { OperatorWire } from '#domain/protocol/till';
import classes from './ApprovalFields.module.css';
import { Button } from './Button.tsx';
import { ChoiceField, Field } from './Field.tsx';
import money from './Money.module.css';

export interface ApprovalFieldsProps {
  approval: {
    needs: 'shift_lead' | 'engineer';
    leads: OperatorWire[];
    by: string;
    setBy: (operator_id: string) => void;
    pin: string;
    setPin: (pin: string) => void;
  };
  /** they appeared because of what was pressed: the PIN is next */
  autoFocus?: boolean;
}

const DIGITS = [...'1234567890'];

/** Which shift lead, and their PIN: by keys or by touch. */
export function ApprovalFields({ approval, autoFocus }: ApprovalFieldsProps) {
  const { t } = useTranslation();
  const { pin, setPin } = approval;
  return (
    <div className={classes['fields']}>
      <div className={money['two']}>
        <ChoiceField
          label={t(`approval.who.${approval.needs}`)}
          value={approval.by}
          options={approval.leads.map((lead) => ({ value: String(lead.id), label: lead.name }))}
          onChange={approval.setBy}
        />
        <Field
          label={t(`approval.pinOf.${approval.needs}`)}
          value={pin}
          onChange={setPin}
          secret
          inputMode="none"
          autoFocus={autoFocus}
          testId="lead-pin"
        />
      </div>
      <div className={classes['keys']} role="group" aria-label={t('pad.name')}>
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
  );
}
