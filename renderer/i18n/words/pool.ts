/** The words of cards that leave the pool and of money that waited for its guest: Russian, then English. */
export const retireRu = {
  action: 'Списать карту',
  title: 'Списать карту {{tail}}?',
  which: 'Какую карту списать?',
  lay: 'Приложите карту или введите её номер.',
  uid: 'Номер карты',
  confirm: 'Списать',
  noUid: 'приложите карту',
  gone: 'Её больше не выдадут, и ни один кран её не откроет.',
  money: 'Деньги гостей не на карте, они на счетах.',
  compare: 'Сверьте номер: {{uid}}',
  done: 'Карта {{tail}} списана.',
  unreachable: 'Нет ответа кассы. Карта ещё в запасе. Повторите: второй раз ничего не случится.',
  reason: { broken: 'Не читается', worn: 'Треснула или стёрлась', old: 'Старого образца' },
};

export const claimRu = {
  unclaimed: 'Невостребованные',
  action: 'Вернуть гостю',
  title: 'Вернуть гостю невостребованные деньги?',
  confirm: 'Зачислить {{sum}}',
  amount: 'Сколько',
  most: 'Не больше {{sum}}',
  tooMuch: 'столько не лежит',
  account: 'Деньги снова на счёте гостя: ими можно платить за наливы.',
  cash: 'Отдать наличными или на карту: откройте визит и нажмите «Возврат».',
  done: 'На счёт гостя зачислено {{sum}}.',
  unreachable: 'Нет ответа кассы. Деньги не зачислены. Повторите: дважды не зачислятся.',
  reason: { came: 'Гость вернулся', mistake: 'Списали по ошибке' },
};

export const retireEn = {
  action: 'Retire a card',
  title: 'Retire card {{tail}}?',
  which: 'Which card to retire?',
  lay: 'Lay the card on the reader or enter its number.',
  uid: 'Card number',
  confirm: 'Retire',
  noUid: 'lay the card down',
  gone: 'It is issued to nobody any more and opens no tap.',
  money: 'Guest money is on accounts, not on cards.',
  compare: 'Compare the number: {{uid}}',
  done: 'Card {{tail}} is retired.',
  unreachable: 'The till does not answer. The card is still in the pool. Try again: it happens once.',
  reason: { broken: 'Cannot be read', worn: 'Cracked or worn', old: 'Of an old kind' },
};

export const claimEn = {
  unclaimed: 'Unclaimed',
  action: 'Give it back',
  title: 'Give unclaimed money back to the guest?',
  confirm: 'Credit {{sum}}',
  amount: 'How much',
  most: 'At most {{sum}}',
  tooMuch: 'there is not so much',
  account: 'The money is on the guest’s account again and pays for pours.',
  cash: 'To hand it out in cash or to a bank card, open a visit and press “Refund”.',
  done: '{{sum}} credited to the guest.',
  unreachable: 'The till does not answer. Nothing is credited. Try again: it is credited once.',
  reason: { came: 'The guest came back', mistake: 'Taken by mistake' },
};
