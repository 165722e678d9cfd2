import { useTranslation } from 'react-i18next';
import type { OperatorWire } from '#domain/protocol/till';
import { ChoiceField, Field } from './Field.tsx';
import money from './Money.module.css';

export interface ApprovalFieldsProps {
  approval: {
    leads: OperatorWire[];
    by: string;
    setBy: (operator_id: string) => void;
    pin: string;
    setPin: (pin: string) => void;
  };
}

/** Which shift lead, and their PIN. */
export function ApprovalFields({ approval }: ApprovalFieldsProps) {
  const { t } = useTranslation();
  return (
    <div className={money['two']}>
      <ChoiceField
        label={t('approval.lead')}
        value={approval.by}
        options={approval.leads.map((lead) => ({ value: String(lead.id), label: lead.name }))}
        onChange={approval.setBy}
      />
      <Field
        label={t('approval.pin')}
        value={approval.pin}
        onChange={approval.setPin}
        secret
        inputMode="numeric"
        testId="lead-pin"
      />
    </div>
  );
}
