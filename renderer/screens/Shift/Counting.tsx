import { IconMinus, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { useFormat } from '../../lib/format.tsx';
import { countedMinor, denominationsOf, typeCount } from './denominations.ts';
import classes from './Shift.module.css';

/** Notes and coins being counted, by pieces. */
export function useCounting() {
  const { currency } = useFormat();
  const denominations = denominationsOf(currency);
  const [counts, setCounts] = useState<Record<number, number>>({});
  const [active, setActive] = useState(denominations[0]?.minor ?? 0);
  const set = (minor: number, text: string): void => {
    const count = Number(text.replace(/\D/g, '').slice(0, 5));
    setCounts((old) => ({ ...old, [minor]: count }));
  };
  return {
    denominations,
    counts,
    counted: countedMinor(counts),
    setActive,
    set,
    step: (minor: number, by: 1 | -1) => set(minor, String(Math.max(0, (counts[minor] ?? 0) + by))),
    onKey: (key: string) => set(active, typeCount(counts[active] ?? 0, key)),
  };
}
export type Counting = ReturnType<typeof useCounting>;

export function CountColumn({ form, title, kind }: { form: Counting; title: string; kind: 'note' | 'coin' }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div>
      <span className={classes['label']}>{title}</span>
      {form.denominations
        .filter((one) => one.kind === kind)
        .map(({ minor }) => (
          <div key={minor} className={classes['note']}>
            <b className="num">{format.moneyShort(minor)}</b>
            <div className={classes['stepper']}>
              <Button
                size="row"
                label={t('shift.fewer')}
                icon={<IconMinus size={20} />}
                onPress={() => form.step(minor, -1)}
              />
              <input
                value={form.counts[minor] ?? 0}
                inputMode="none"
                aria-label={format.moneyShort(minor)}
                onFocus={() => form.setActive(minor)}
                onChange={(event) => form.set(minor, event.currentTarget.value)}
                data-testid={`count-${minor}`}
              />
              <Button
                size="row"
                label={t('shift.more')}
                icon={<IconPlus size={20} />}
                onPress={() => form.step(minor, 1)}
              />
            </div>
            <span className="num">{format.money(minor * (form.counts[minor] ?? 0))}</span>
          </div>
        ))}
    </div>
  );
}
