/** The words of visits on the house, of one's own PIN, the recovery code and the price for staff: Russian, then English. */
export const houseRu = {
  action: 'Визит за счёт бара',
  title: 'Визит за счёт бара',
  what: 'Для чего',
  purpose: {
    tasting: 'Дегустация',
    staff: 'Для персонала',
    quality: 'Проверка качества',
    training: 'Обучение',
  },
  name: {
    tasting: 'Бар: дегустация',
    staff: 'Бар: персонал',
    quality: 'Бар: качество',
    training: 'Бар: обучение',
  },
  purposeFirst: 'выберите, для чего',
  beer: 'Наливает карта сотрудника или любая свободная, до нормы этого дня.',
  money: 'За пиво платит бар. Что не налито, вернётся при закрытии визита.',
  reason: { newBeer: 'Новое пиво', guests: 'Угощаем гостей', check: 'Жалоба на вкус', shift: 'В смену' },
  unreachable: 'Нет ответа кассы. Визит, возможно, ещё не открыт. Повторите: второго визита не будет.',
};
export const ownPinRu = {
  action: 'Мой PIN',
  title: 'Новый PIN для себя',
  now: 'PIN сейчас',
  confirm: 'Сменить PIN',
  done: 'Новый PIN действует.',
  unreachable: 'Нет ответа кассы. Какой PIN действует, пока неизвестно. Попробуйте войти новым.',
  nowFirst: 'введите PIN, который сейчас',
};
export const recoveryRu = {
  action: 'Код восстановления',
  engineer: 'нужен инженер',
  instead: 'Новый код делает инженер. Пусть он войдёт по своему PIN: «Сменить» справа внизу.',
  title: 'Новый код восстановления?',
  confirm: 'Сделать новый код',
  old: 'Прежний код сразу перестанет действовать.',
  yours: 'Нужен ваш собственный PIN.',
  pin: 'Ваш PIN',
  written: 'Код записан',
  unreachable: 'Нет ответа кассы. Какой код действует, пока неизвестно. Повторите и запишите новый.',
};
export const staffPriceRu = {
  tick: 'Платит по цене для персонала',
  title: { give: 'Дать гостю цену для персонала?', take: 'Снова обычная цена?' },
  confirm: { give: 'Дать цену для персонала', take: 'Вернуть обычную цену' },
  text: {
    give: 'Скидки «только для персонала» будут действовать на его наливы.',
    take: 'Скидки «только для персонала» больше не действуют на его наливы.',
  },
  next: 'Начатый налив закончится по прежней цене.',
  reason: { works: 'Работает здесь', family: 'Свои', left: 'Больше не работает', mistake: 'По ошибке' },
};

export const houseEn = {
  action: 'Visit on the house',
  title: 'Visit on the house',
  what: 'What for',
  purpose: { tasting: 'Tasting', staff: 'For staff', quality: 'Quality check', training: 'Training' },
  name: {
    tasting: 'House: tasting',
    staff: 'House: staff',
    quality: 'House: quality',
    training: 'House: training',
  },
  purposeFirst: 'choose what for',
  beer: 'A card of the staff or any free one pours, up to the day’s allowance.',
  money: 'The house pays. What is not poured goes back when the visit closes.',
  reason: {
    newBeer: 'New beer',
    guests: 'A treat for guests',
    check: 'A complaint',
    shift: 'During the shift',
  },
  unreachable: 'The till does not answer. The visit may not be open yet. Try again: there will be only one.',
};
export const ownPinEn = {
  action: 'My PIN',
  title: 'A new PIN of your own',
  now: 'PIN until now',
  confirm: 'Change the PIN',
  done: 'The new PIN works now.',
  unreachable: 'The till does not answer. Which PIN works is not known yet. Try to sign in with the new one.',
  nowFirst: 'enter the PIN until now',
};
export const recoveryEn = {
  action: 'Recovery code',
  engineer: 'an engineer is needed',
  instead: 'An engineer makes a new code. Let them sign in with their PIN: “Change” at the bottom right.',
  title: 'A new recovery code?',
  confirm: 'Make a new code',
  old: 'The old code stops working at once.',
  yours: 'Your own PIN is needed.',
  pin: 'Your PIN',
  written: 'The code is written down',
  unreachable:
    'The till does not answer. Which code works is not known yet. Try again and write the new one down.',
};
export const staffPriceEn = {
  tick: 'Pays the price for staff',
  title: { give: 'Give the guest the price for staff?', take: 'Back to the usual price?' },
  confirm: { give: 'Give the price for staff', take: 'Back to the usual price' },
  text: {
    give: 'Discounts “for staff only” will hold for their pours.',
    take: 'Discounts “for staff only” do not hold for their pours any more.',
  },
  next: 'A pour that has begun ends at its old price.',
  reason: { works: 'Works here', family: 'One of us', left: 'Works here no more', mistake: 'By mistake' },
};
