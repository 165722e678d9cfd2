export type Change = 'create' | 'rename' | 'setPin' | 'unlock' | 'setRole' | 'deactivate' | 'reactivate';

export type Missing = 'name' | 'pin' | 'again' | 'reason';
interface Filled {
  change: Change;
  name: string;
  pin: string;
  again: string;
  reason: string;
}

/** The first thing that this change still lacks. */
export function missingOf({ change, name, pin, again, reason }: Filled): Missing | null {
  if ((change === 'create' || change === 'rename') && name.trim() === '') return 'name';
  if (change === 'create' || change === 'setPin') {
    if (pin.length < 4) return 'pin';
    if (pin !== again) return 'again';
  }
  return (change === 'deactivate' || change === 'setRole') && reason.trim() === '' ? 'reason' : null;
}
