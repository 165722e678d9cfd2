import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { parseMoney } from '#domain/texts/format';
import { MAX_PRICE_MINOR_PER_LITRE } from '#domain/quantity/money';
import { showNotice } from '../../app/notices.ts';
import { client, trpc } from '../../lib/api.ts';
import { useCards } from '../../lib/cards.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';

export const NEW_BEVERAGE = 'new';
/** A scanner of codes types as a wedge reader does; what is as short as a card is one. */
export const LONGEST_UID = 20;
export const KEG_SIZES_ML = [10_000, 20_000, 30_000, 50_000];

/** «4,8» → 48; null: not a strength between 0 and 100 % */
export function permilleOf(text: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d))?$/.exec(text.trim());
  if (!match) return null;
  const permille = Number(match[1]) * 10 + Number(match[2] ?? 0);
  return permille <= 1000 ? permille : null;
}

export function useReceiveKeg(onClose: () => void) {
  const { t } = useTranslation();
  const keg_request = useRequestId();
  const beverage_request = useRequestId();
  const { data: beverages = [] } = useQuery(trpc.beverages.list.queryOptions());
  const [picked, setBeverage] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [abv, setAbv] = useState('');
  const [price, setPrice] = useState('');
  const [size_ml, setSize] = useState(30_000);
  const [code, setCode] = useState('');
  useCards((read) => {
    if (read.length > LONGEST_UID) setCode(read);
  });
  const beverage = picked ?? (beverages[0] ? String(beverages[0].beverage_id) : NEW_BEVERAGE);
  const abv_permille = permilleOf(abv);
  const price_minor_per_litre = parseMoney(price);
  const action = useAction({
    send: async () => {
      const beverage_id =
        beverage === NEW_BEVERAGE
          ? (
              await client.beverages.create.mutate({
                request_id: beverage_request,
                name: name.trim(),
                style: '',
                abv_permille: abv_permille ?? 0,
                price_minor_per_litre: price_minor_per_litre ?? 0,
              })
            ).beverage_id
          : Number(beverage);
      return client.kegs.receive.mutate({
        request_id: keg_request,
        beverage_id,
        size_ml,
        ...(code.trim() !== '' && { marking_code: code.trim() }),
      });
    },
    done: (keg) => {
      void queryClient.invalidateQueries();
      window.setTimeout(() =>
        showNotice({ kind: 'say', text: t('keg.received', { beverage: keg.beverage }) }),
      );
      onClose();
    },
  });
  return {
    beverages,
    beverage,
    setBeverage,
    name,
    setName,
    abv,
    setAbv,
    price,
    setPrice,
    size_ml,
    setSize,
    code,
    setCode,
    blocked: beverage === NEW_BEVERAGE ? whyNotNew() : null,
    action,
  };

  function whyNotNew(): string | null {
    if (name.trim() === '') return t('keg.nameFirst');
    if (abv_permille === null) return t('keg.abvFirst');
    if (price_minor_per_litre === null || price_minor_per_litre > MAX_PRICE_MINOR_PER_LITRE)
      return t('keg.priceFirst');
    return null;
  }
}
