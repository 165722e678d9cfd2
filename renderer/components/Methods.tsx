import { IconCashBanknote, IconCreditCard } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PaymentMethod } from '#domain/ledger/accounts';
import { Button } from './Button.tsx';

const ICONS = { cash: IconCashBanknote, card_terminal: IconCreditCard };

export interface MethodsProps {
  methods?: readonly PaymentMethod[];
  method: PaymentMethod;
  onChange: (method: PaymentMethod) => void;
}

/** How money is taken or given back. */
export function Methods({ methods = ['cash', 'card_terminal'], method, onChange }: MethodsProps) {
  const { t } = useTranslation();
  return (
    <div className="row" role="group" aria-label={t('money.method')}>
      {methods.map((one) => {
        const Icon = ICONS[one];
        return (
          <Button
            key={one}
            tone={one === method ? 'chosen' : 'plain'}
            pressed={one === method}
            icon={<Icon size={20} />}
            onPress={() => onChange(one)}
            testId={`method-${one}`}
          >
            {t(`money.${one}`)}
          </Button>
        );
      })}
    </div>
  );
}
