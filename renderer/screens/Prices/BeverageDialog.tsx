import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { currencySign } from '#domain/texts/format';
import { showNotice } from '../../app/notices.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { client } from '../../lib/api.ts';
import { entryMinor, entryOf } from '../../lib/entry.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

const FIGURE = /^\d{1,5}([.,]\d{1,2})?$/;
const hundredths = (text: string): number => entryMinor(entryOf(text.trim().replace('.', ',')));

/** Something new to sell; its kegs are received afterwards. */
export function BeverageDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { currency } = useFormat();
  const problemText = useProblemText();
  const request_id = useRequestId();
  const [name, setName] = useState('');
  const [style, setStyle] = useState('');
  const [abv, setAbv] = useState('');
  const [price, setPrice] = useState('');
  const abv_permille = FIGURE.test(abv.trim()) ? Math.round(hundredths(abv) / 10) : null;
  const action = useAction({
    send: () =>
      client.beverages.create.mutate({
        request_id,
        name: name.trim(),
        style: style.trim(),
        abv_permille: abv_permille ?? 0,
        price_minor_per_litre: hundredths(price),
      }),
    done: () => {
      void queryClient.invalidateQueries();
      window.setTimeout(() =>
        showNotice({ kind: 'say', text: t('prices.beverageDone', { name: name.trim() }) }),
      );
      onClose();
    },
  });
  const blocked =
    name.trim() === ''
      ? t('keg.nameFirst')
      : abv_permille === null || abv_permille > 1000
        ? t('keg.abvFirst')
        : FIGURE.test(price.trim())
          ? null
          : t('keg.priceFirst');
  return (
    <Dialog
      title={t('prices.addBeverage')}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('prices.add'),
        blocked,
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-beverage"
    >
      <div className={money['stack']}>
        <Field
          label={t('keg.beverageName')}
          value={name}
          onChange={setName}
          maxLength={80}
          autoFocus
          testId="beverage-name"
        />
        <Field label={t('prices.style')} value={style} onChange={setStyle} maxLength={80} />
        <div className={money['two']}>
          <Field
            label={t('keg.abv')}
            value={abv}
            onChange={setAbv}
            inputMode="numeric"
            testId="beverage-abv"
          />
          <Field
            label={t('keg.price', { sign: currencySign(currency) })}
            value={price}
            onChange={setPrice}
            inputMode="numeric"
            testId="beverage-price"
          />
        </div>
      </div>
    </Dialog>
  );
}
