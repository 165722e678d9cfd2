import { showPairingCode } from '#domain/node/pairing';
import type { Language } from '#domain/texts/format';
import type { PairingShown } from '#tap-node/pairing/pairNode';
import { say } from './texts.ts';
import type { GuestView } from './view.ts';

/** The screen of a tap that belongs to no bar: for whoever installs it, not for guests. */
export function pairingView(shown: PairingShown, language: Language): GuestView {
  if (shown.stage !== 'code')
    return {
      language,
      tap: '',
      footer: {
        icon: 'user',
        text: say(shown.stage === 'searching' ? 'pairing_help' : 'pairing_write_address', language),
        next: false,
      },
      look: 'say',
      icon: shown.stage === 'searching' ? 'info-circle' : 'wifi-off',
      tone: 'plain',
      heading: say(`pairing_${shown.stage}`, language),
      paragraph: paragraphOf(shown),
    };
  const { code, bar_name, same, taken } = shown;
  const waits_for = same ? (taken ? 'pairing_done' : 'pairing_at_till') : 'pairing_compare';
  return {
    language,
    tap: '',
    footer: { icon: same ? 'check' : 'arrow-right', text: say(waits_for, language), next: false },
    look: 'pairing',
    title: bar_name || say('pairing_title', language),
    code: showPairingCode(code).split(' '),
    button: same ? null : say('pairing_same', language),
  };
}

function paragraphOf(shown: Exclude<PairingShown, { stage: 'code' }>): string | null {
  switch (shown.stage) {
    case 'searching':
      return null;
    case 'several':
      return shown.addresses.map((address) => new URL(address).host).join(' · ');
    case 'no_answer':
      return shown.address;
  }
}
