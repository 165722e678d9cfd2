import { useTranslation } from 'react-i18next';
import type { HousePurpose } from '#domain/visit/house';

export interface Named {
  guest_name: string | null;
  guest_id: number;
  /** of a visit on the house */
  house_purpose?: HousePurpose | undefined;
}

/** A guest without a name is called by their number: «Гость 137»; a visit on the house by its purpose. */
export function useGuestName(): (guest: Named) => string {
  const { t } = useTranslation();
  return ({ guest_name, guest_id, house_purpose }) =>
    house_purpose === undefined
      ? (guest_name ?? t('guest.anonymous', { number: guest_id }))
      : t(`house.name.${house_purpose}`);
}

/** «Анна К.» where a whole name has no room */
export function shortName(name: string): string {
  const [first = '', second] = name.trim().split(/\s+/);
  return second && /^\p{L}/u.test(second) ? `${first} ${second.charAt(0)}.` : name;
}
