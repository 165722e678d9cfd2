export type Change =
  | 'create'
  | 'rename'
  | 'setPin'
  | 'setCard'
  | 'takeCard'
  | 'unlock'
  | 'setRole'
  | 'deactivate'
  | 'reactivate';

export type Missing = 'name' | 'pin' | 'again' | 'reason' | 'card';
interface Filled {
  change: Change;
  name: string;
  pin: string;
  again: string;
  reason: string;
  /** what the reader read */
  card_uid: string | null;
}

/** The first thing that this change still lacks. */
export function missingOf({ change, name, pin, again, reason, card_uid }: Filled): Missing | null {
  if ((change === 'create' || change === 'rename') && name.trim() === '') return 'name';
  if (change === 'create' || change === 'setPin') {
    if (pin.length < 4) return 'pin';
    if (pin !== again) return 'again';
  }
  if (change === 'setCard' && card_uid === null) return 'card';
  return (change === 'deactivate' || change === 'setRole') && reason.trim() === '' ? 'reason' : null;
}
