import { useTranslation } from 'react-i18next';

/** A guest without a name is called by their number: «Гость 137». */
export function useGuestName(): (guest: { guest_name: string | null; guest_id: number }) => string {
  const { t } = useTranslation();
  return (guest) => guest.guest_name ?? t('guest.anonymous', { number: guest.guest_id });
}

/** «Анна К.» where a whole name has no room */
export function shortName(name: string): string {
  const [first = '', second] = name.trim().split(/\s+/);
  return second && /^\p{L}/u.test(second) ? `${first} ${second.charAt(0)}.` : name;
}
