import { IconBackspace } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button.tsx';
import classes from './NumberPad.module.css';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export interface NumberPadProps {
  onKey: (key: string) => void;
  /** left of the zero: `00` for amounts, nothing for codes */
  corner?: '00' | null;
}

/** Keys of at least 64 × 64. */
export function NumberPad({ onKey, corner = '00' }: NumberPadProps) {
  const { t } = useTranslation();
  const key = (text: string) => (
    <Button key={text} className={classes['key']} onPress={() => onKey(text)}>
      {text}
    </Button>
  );
  return (
    <div className={classes['pad']} role="group" aria-label={t('pad.name')}>
      {KEYS.map(key)}
      {corner === null ? <span /> : key(corner)}
      {key('0')}
      <Button
        className={classes['key']}
        label={t('pad.erase')}
        icon={<IconBackspace size={24} />}
        onPress={() => onKey('Backspace')}
      />
    </div>
  );
}
