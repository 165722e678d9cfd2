import type { Language } from '#domain/texts/format';

/** The sentences that only the tap's own screen says. Refusals have theirs in domain/texts. */
const TEXTS = {
  per_100_ml: { ru: 'за 100 мл', en: 'for 100 ml' },
  per_litre: { ru: 'за литр', en: 'per litre' },
  lay_card: { ru: 'Приложите карту', en: 'Lay your card here' },
  hello: { ru: 'Здравствуйте!', en: 'Welcome!' },
  on_card: { ru: 'На карте', en: 'On card' },
  can_pour: { ru: 'Можно налить', en: 'You can pour' },
  open_now: { ru: 'Кран открыт, наливайте', en: 'The tap is open, pour away' },
  take_card_when_done: { ru: 'Снимите карту, когда закончите', en: 'Take your card off when done' },
  left: { ru: 'Осталось', en: 'Left' },
  saving: { ru: 'Записываем ваш налив…', en: 'Saving your pour…' },
  saved: { ru: 'Налив записан', en: 'Your pour is saved' },
  take_card: { ru: 'Карту можно убрать', en: 'You can take your card' },
  your_code: { ru: 'Код вашего налива', en: 'Your pour code' },
  show_bartender: { ru: 'Покажите этот экран бармену', en: 'Show this screen at the bar' },
  checking: { ru: 'Проверяем карту', en: 'Checking your card' },
  keep_card: { ru: 'Не убирайте карту', en: 'Keep your card here' },
  soon_again: { ru: 'Скоро снова нальёт', en: 'It will pour again soon' },
  money_safe: { ru: 'Деньги на карте целы', en: 'The money on your card is safe' },
  not_now_money_safe: {
    ru: 'Кран пока не наливает, деньги на карте целы',
    en: 'This tap cannot pour now, your money is safe',
  },
  offer_pour: { ru: 'Налить за счёт бара', en: 'Pour on the house' },
  offer_clean: { ru: 'Начать промывку', en: 'Start cleaning' },
  offer_rinse: { ru: 'Открыть для промывки', en: 'Open for cleaning' },
  offer_end_cleaning: { ru: 'Закончить промывку', en: 'End the cleaning' },
  hold_card: { ru: 'Держите карту на кране', en: 'Keep your card on the tap' },
  other_offer: { ru: 'Другое: снимите и приложите', en: 'Or lift it and lay it again' },
  staff_card: { ru: 'Карта персонала', en: 'Staff card' },
  cleaning: { ru: 'Промывка', en: 'Cleaning' },
  pulses: { ru: 'имп.', en: 'pulses' },
  no_beer: { ru: 'Пиво не пошло', en: 'No beer came' },
  call_bartender: { ru: 'Позовите бармена', en: 'Please call the bartender' },
  rinse_open: { ru: 'Кран открыт, пока лежит карта', en: 'Open while the card lies here' },
  lift_to_close: { ru: 'Снимите карту, чтобы закрыть', en: 'Lift the card to close' },
  pairing_title: { ru: 'Подключение крана', en: 'Pairing this tap' },
  pairing_searching: { ru: 'Ищем кассу', en: 'Looking for the till' },
  pairing_several: { ru: 'Касс несколько', en: 'More than one till' },
  pairing_no_answer: { ru: 'Касса не отвечает', en: 'The till does not answer' },
  pairing_help: {
    ru: 'Кран ещё не подключён к кассе',
    en: 'This tap is not paired with a till yet',
  },
  pairing_write_address: { ru: 'Укажите адрес кассы вручную', en: 'Write down the till’s address' },
  pairing_compare: { ru: 'Сверьте код с экраном кассы', en: 'Compare the code with the till' },
  pairing_same: { ru: 'Коды одинаковые', en: 'The codes are the same' },
  pairing_at_till: { ru: 'Подтвердите на кассе', en: 'Now confirm at the till' },
  pairing_done: { ru: 'Кран подключён', en: 'This tap is paired' },
} as const satisfies Record<string, Record<Language, string>>;

export function say(key: keyof typeof TEXTS, language: Language): string {
  return TEXTS[key][language];
}

export function helloTo(name: string | null, language: Language): string {
  if (!name) return say('hello', language);
  return language === 'ru' ? `${name}, здравствуйте!` : `Welcome, ${name}!`;
}
