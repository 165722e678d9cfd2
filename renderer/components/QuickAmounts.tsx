import { Button } from './Button.tsx';
import classes from './Money.module.css';

export interface QuickAmountsProps {
  options: { minor: number; label: string }[];
  chosen: number;
  onChoose: (minor: number) => void;
}

/** Amounts one press away. */
export function QuickAmounts({ options, chosen, onChoose }: QuickAmountsProps) {
  return (
    <div className={classes['quick']}>
      {options.map(({ minor, label }, index) => (
        <Button
          key={`${index}-${label}`}
          tone={minor === chosen ? 'chosen' : 'plain'}
          pressed={minor === chosen}
          onPress={() => onChoose(minor)}
        >
          <span className="num">{label}</span>
        </Button>
      ))}
    </div>
  );
}
