import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SetupAnswer } from '#domain/protocol/access';
import type { SetupInput } from '#domain/protocol/till';
import { parseMoney } from '#domain/texts/format';
import type { Language } from '#domain/texts/format';
import { signedIn } from '../../app/session.ts';
import { client } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction } from '../../lib/useAction.ts';
import { permilleOf } from '../Kegs/useReceiveKeg.ts';

export const CURRENCIES = ['RUB', 'EUR', 'USD'] as const;
export type SetupStep = 'bar' | 'operator' | 'tap';
const STEPS: SetupStep[] = ['bar', 'operator', 'tap'];

export interface SetupText {
  bar_name: string;
  currency: SetupInput['currency'];
  time_zone: string;
  age_limit: string;
  operator_name: string;
  pin: string;
  pinAgain: string;
  beverage: string;
  abv: string;
  price: string;
  keg_size_ml: number;
  tap_number: string;
}

const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'Europe/Moscow';

const first = (language: Language): SetupText => ({
  bar_name: '',
  currency: language === 'ru' ? 'RUB' : 'EUR',
  time_zone: ownZone() === 'UTC' && language === 'ru' ? 'Europe/Moscow' : ownZone(),
  age_limit: '18',
  operator_name: '',
  pin: '',
  pinAgain: '',
  beverage: '',
  abv: '',
  price: '',
  keg_size_ml: 30_000,
  tap_number: '1',
});

/** Every zone that this computer knows, the present one always among them. */
export function timeZones(present: string): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  return known.includes(present) ? known : [present, ...known];
}

export function useFirstRun() {
  const { t, i18n } = useTranslation();
  const language: Language = i18n.language === 'en' ? 'en' : 'ru';
  const [text, setText] = useState<SetupText>(() => first(language));
  const [step, setStep] = useState<SetupStep>('bar');
  const [answer, setAnswer] = useState<SetupAnswer | null>(null);
  const done = (given: SetupAnswer): void => setAnswer(given);
  const setUp = useAction({ send: () => client.setup.firstRun.mutate(inputOf(text, language)), done });
  const demo = useAction({ send: () => client.setup.loadDemo.mutate(), done });
  const at = STEPS.indexOf(step);
  const missing = whatIsMissing(text, step);
  return {
    text,
    change: (part: Partial<SetupText>) => setText((old) => ({ ...old, ...part })),
    step,
    at,
    missing: missing === null ? null : t(`setup.missing.${missing}`),
    next: () => {
      const following = STEPS[at + 1];
      if (missing !== null) return;
      if (following) setStep(following);
      else setUp.run(undefined);
    },
    back: () => setStep(STEPS[at - 1] ?? 'bar'),
    answer,
    setUp,
    demo,
    enter: () => {
      if (answer?.session) {
        queryClient.clear();
        signedIn(answer.session);
      } else {
        // The door is open and asks again who works here; what is asked of a cleared cache is never fetched anew.
        void queryClient.invalidateQueries();
      }
    },
  };
}

function inputOf(text: SetupText, language: Language): SetupInput {
  return {
    bar_name: text.bar_name.trim(),
    currency: text.currency,
    time_zone: text.time_zone,
    language,
    age_limit: Number(text.age_limit),
    operator_name: text.operator_name.trim(),
    pin: text.pin,
    beverage: {
      name: text.beverage.trim(),
      abv_permille: permilleOf(text.abv) ?? 0,
      price_minor_per_litre: parseMoney(text.price) ?? 0,
    },
    keg_size_ml: text.keg_size_ml,
    tap_number: Number(text.tap_number),
  };
}

/** The first thing of a step that is not filled in yet, as a key of its sentence. */
export function whatIsMissing(text: SetupText, step: SetupStep): string | null {
  if (step === 'bar') {
    if (text.bar_name.trim() === '') return 'barName';
    return Number(text.age_limit) <= 30 ? null : 'age';
  }
  if (step === 'operator') {
    if (text.operator_name.trim() === '') return 'operatorName';
    if (!/^\d{4,12}$/.test(text.pin)) return 'pin';
    return text.pin === text.pinAgain ? null : 'pinAgain';
  }
  if (text.beverage.trim() === '') return 'beverage';
  if (permilleOf(text.abv) === null) return 'abv';
  const price = parseMoney(text.price);
  if (price === null || price > 10_000_000) return 'price';
  const tap = Number(text.tap_number);
  return tap >= 1 && tap <= 99 ? null : 'tap';
}
