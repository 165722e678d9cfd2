import type { ErrorCode } from '../errors.ts';
import type { Sentence } from '../protocol/node.ts';
import { showShortId } from '../grant/shortId.ts';
import { formatMl, formatMoney, formatNumber, formatSpan } from './format.ts';
import type { Language } from './format.ts';

/** The parameters of a DomainError, plus what the screen knows (`currency`). A missing one leaves its figure out. */
export type ErrorParams = Readonly<Record<string, string | number | boolean | null | undefined>>;

type Source = (params: ErrorParams, language: Language) => string;
const say =
  (ru: string, en: string): Source =>
  (_params, language) =>
    language === 'ru' ? ru : en;

const number = (params: ErrorParams, ...names: string[]): number | null => {
  for (const name of names) {
    const value = params[name];
    if (typeof value === 'number') return value;
  }
  return null;
};

const text = (params: ErrorParams, ...names: string[]): string | null => {
  for (const name of names) {
    const value = params[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
};

/** « через 42 с» / " in 42 s", or what stands there without a figure */
function waiting(params: ErrorParams, language: Language, otherwise: { ru: string; en: string }): string {
  const seconds = number(params, 'seconds_left', 'retry_after_s', 'seconds');
  const ms = number(params, 'lease_left_ms', 'ms_left', 'retry_after_ms');
  const left = seconds !== null ? seconds * 1000 : ms;
  if (left === null) return otherwise[language];
  return language === 'ru' ? `через ${formatSpan(left, 'ru')}` : `in ${formatSpan(left, 'en')}`;
}

const wrongPin: Source = (params, language) => {
  const left = number(params, 'attempts_left', 'tries_left');
  const rest =
    left === null ? '' : language === 'ru' ? ` Осталось попыток: ${left}.` : ` Attempts left: ${left}.`;
  return language === 'ru'
    ? `PIN не подошёл. Введите его ещё раз.${rest}`
    : `The PIN does not fit. Type it again.${rest}`;
};

const pinLocked: Source = (params, language) => {
  const when = waiting(params, language, { ru: 'позже', en: 'later' });
  return language === 'ru'
    ? `Слишком много неверных PIN, вход закрыт. Попробуйте ${when} или попросите старшего смены.`
    : `Too many wrong PINs, sign-in is locked. Try again ${when} or ask a shift lead.`;
};

const tooMany: Source = (params, language) => {
  const when = waiting(params, language, { ru: 'позже', en: 'later' });
  return language === 'ru'
    ? `Слишком много попыток подряд. Ничего не сделано. Повторите ${when}.`
    : `Too many tries in a row. Nothing was done. Try again ${when}.`;
};

const aboveFree: Source = (params, language) => {
  const free = number(params, 'free_minor', 'free_balance_minor', 'available_minor');
  const currency = text(params, 'currency') ?? 'RUB';
  if (free === null)
    return language === 'ru'
      ? 'Столько вернуть нельзя: часть денег держит незаконченный налив. Деньги не выданы. Уменьшите сумму или дождитесь конца налива.'
      : 'That is more than may be given back: a pour still holds a part. No money was paid out. Enter less or wait for the pour to end.';
  const most = formatMoney(free, currency, language);
  if ((number(params, 'comped_minor') ?? 0) > 0)
    return language === 'ru'
      ? `Вернуть можно не больше ${most}: подарок бара можно только выпить. Деньги не выданы. Уменьшите сумму.`
      : `At most ${most} may be given back: what was on the house can only be drunk. No money was paid out. Enter less.`;
  return language === 'ru'
    ? `Вернуть можно не больше ${most}: остальное держит незаконченный налив. Деньги не выданы. Уменьшите сумму.`
    : `At most ${most} may be given back: a pour holds the rest. No money was paid out. Enter less.`;
};

const pourMayRun: Source = (params, language) => {
  const when = waiting(params, language, { ru: 'позже', en: 'later' });
  return language === 'ru'
    ? `Кран ещё может налить, поэтому объём пока не вводят. Ничего не списано. Повторите ${when}.`
    : `The tap may still pour, so the volume cannot be entered yet. Nothing was charged. Try again ${when}.`;
};

const codeOfOther: Source = (params, language) => {
  const tap = number(params, 'tap_number');
  const ru = tap === null ? 'другого налива' : `налива на кране ${formatNumber(tap, 'ru')}`;
  const en = tap === null ? 'another pour' : `the pour at tap ${formatNumber(tap, 'en')}`;
  return language === 'ru'
    ? `Это код ${ru}. Ничего не списано. Выберите тот налив в списке или проверьте код.`
    : `This is the code of ${en}. Nothing was charged. Choose that pour in the list or check the code.`;
};

const aboveLimit: Source = (params, language) => {
  const most = number(params, 'max_ml', 'most_ml', 'limit_ml');
  const ru =
    most === null ? 'больше, чем разрешил кран' : `больше ${formatMl(most, 'ru')}, которые разрешил кран`;
  const en =
    most === null ? 'more than the tap allowed' : `more than the ${formatMl(most, 'en')} the tap allowed`;
  return language === 'ru'
    ? `Объём ${ru}. Ничего не списано. Проверьте число и введите его ещё раз.`
    : `The volume is ${en}. Nothing was charged. Check the figure and enter it again.`;
};

const codeWrong: Source = (params, language) => {
  const code = text(params, 'short_id');
  const ru = code === null ? '' : ` Код этого налива: ${showShortId(code)}.`;
  const en = code === null ? '' : ` The code of this pour is ${showShortId(code)}.`;
  return language === 'ru'
    ? `Код не подходит к этому наливу. Ничего не списано. Прочитайте его ещё раз на экране крана.${ru}`
    : `The code does not fit this pour. Nothing was charged. Read it once more from the tap’s screen.${en}`;
};

const inputInvalid: Source = (params, language) => {
  const field = text(params, 'path', 'field');
  const ru = field === null ? '' : ` (поле «${field}»)`;
  const en = field === null ? '' : ` (field “${field}”)`;
  return language === 'ru'
    ? `Касса не поняла введённое${ru}. Ничего не изменено. Исправьте и повторите.`
    : `The till could not read what was entered${en}. Nothing was changed. Correct it and try again.`;
};

/** Each says what happened, what is safe, and what to do. */
const ERRORS: Record<ErrorCode, Source> = {
  'input.invalid': inputInvalid,
  'session.missing': say(
    'Вы не вошли или вход устарел. Сделанное сохранено. Войдите по PIN.',
    'You are not signed in, or no longer. What was done is saved. Sign in with your PIN.',
  ),
  'session.wrong_pin': wrongPin,
  'session.locked': pinLocked,
  'operator.not_allowed': say(
    'Для этого нужны права старшего смены. Ничего не изменено. Позовите старшего смены.',
    'This needs a shift lead. Nothing was changed. Ask a shift lead to do it.',
  ),
  'approval.needed': (params, language) => {
    const engineer = text(params, 'needs') === 'engineer';
    if (text(params, 'about') === 'settings')
      return language === 'ru'
        ? 'Настройки меняет инженер. Ничего не изменено. Пусть инженер введёт свой PIN.'
        : 'An engineer changes the settings. Nothing was changed. Let an engineer enter their PIN.';
    if (language === 'ru')
      return engineer
        ? 'Это больше, чем может старший смены за день. Ничего не изменено. Пусть инженер введёт свой PIN.'
        : 'Нужно подтверждение старшего смены. Ничего не изменено. Пусть старший введёт свой PIN.';
    return engineer
      ? 'This is more than a shift lead may give in a day. Nothing was changed. Let an engineer enter their PIN.'
      : 'A shift lead has to confirm. Nothing was changed. Let the lead enter their PIN.';
  },
  'setup.done_already': say(
    'Бар уже настроен. Ничего не изменено. Войдите по PIN.',
    'The bar is set up already. Nothing was changed. Sign in with a PIN.',
  ),
  'setup.needed': say(
    'Бар ещё не настроен. Сначала пройдите первую настройку на кассе.',
    'The bar is not set up yet. Go through the first set-up at the till.',
  ),
  'shift.closed': say(
    'Смена закрыта. Деньги и визиты не тронуты. Откройте смену и повторите.',
    'The shift is closed. Money and visits are untouched. Open the shift and try again.',
  ),
  'shift.open_already': say(
    'Смена уже открыта, возможно, на другой кассе. Ничего не изменено. Продолжайте работать.',
    'The shift is open already, perhaps from another till. Nothing was changed. Carry on.',
  ),
  'shift.precheck_failed': say(
    'Смену закрыть нельзя: не всё закончено. Ничего не изменено. Пройдите проверку и исправьте отмеченное.',
    'The shift cannot close: something is unfinished. Nothing was changed. Go through the checks and fix what is marked.',
  ),
  'visit.not_found': say(
    'Такого визита нет. Ничего не изменено. Найдите гостя поиском.',
    'There is no such visit. Nothing was changed. Find the guest by search.',
  ),
  'visit.closed': say(
    'Визит уже закрыт. Деньги не тронуты. Чтобы продолжить, откройте гостю новый визит.',
    'This visit is closed. Its money is untouched. To go on, open a new visit for the guest.',
  ),
  'visit.changed': say(
    'Визит только что изменили на другой кассе. Ваше действие не выполнено. Посмотрите, что изменилось, и подтвердите ещё раз.',
    'Another till has just changed this visit. Your action was not done. Look at what changed and confirm again.',
  ),
  'visit.guest_has_one': say(
    'У гостя уже есть открытый визит. Второй не открыт. Перейдите к нему.',
    'This guest already has an open visit. No second one was opened. Go to that visit.',
  ),
  'visit.has_card': say(
    'У визита уже есть карта. Новая не выдана. Если карту меняют, нажмите «Заменить карту».',
    'This visit has a card already. No new one was issued. To change it, press “Replace card”.',
  ),
  'visit.has_no_card': say(
    'У визита нет карты. Ничего не изменено. Сначала выдайте карту.',
    'This visit has no card. Nothing was changed. Issue a card first.',
  ),
  'visit.has_unsettled_grant': say(
    'У визита есть незаконченный налив. Визит открыт, деньги целы. Дождитесь крана или введите налив по коду.',
    'This visit has an unfinished pour. It stays open and its money is safe. Wait for the tap or enter the pour by code.',
  ),
  'visit.not_locked': say(
    'Карта не занята, освобождать нечего. Ничего не изменено.',
    'The card is not locked, there is nothing to free. Nothing was changed.',
  ),
  'guest.not_found': say(
    'Такого гостя нет. Ничего не изменено. Найдите его поиском или откройте визит новому гостю.',
    'There is no such guest. Nothing was changed. Search again or open a visit for a new guest.',
  ),
  'guest.age_not_confirmed': say(
    'Возраст гостя не проверен. Визит не открыт. Проверьте документ и отметьте это.',
    'The guest’s age is not confirmed. The visit was not opened. Check an ID and tick the box.',
  ),
  'guest.phone_invalid': say(
    'Телефон введён не полностью. Ничего не сохранено. Введите номер целиком или оставьте поле пустым.',
    'The phone number is not complete. Nothing was saved. Type the whole number or leave it empty.',
  ),
  'card.not_a_uid': say(
    'Это не номер карты. Ничего не изменено. Приложите карту к считывателю или введите 8, 14 или 20 знаков.',
    'This is not a card number. Nothing was changed. Lay the card on the reader or type its 8, 14 or 20 characters.',
  ),
  'card.random_uid': say(
    'Карта каждый раз показывает новый номер (так делают телефоны и банковские карты). Она не выдана. Возьмите карту бара.',
    'This card shows a new number each time, as phones and bank cards do. It was not issued. Take one of the bar’s cards.',
  ),
  'card.blank_uid': say(
    'У карты пустой номер, считать её нельзя. Она не выдана. Возьмите другую карту.',
    'This card has an empty number and cannot be told apart. It was not issued. Take another card.',
  ),
  'card.not_available': say(
    'Эту карту выдать нельзя: она занята или списана. Ничего не изменено. Возьмите другую карту.',
    'This card cannot be issued: it is in use or retired. Nothing was changed. Take another card.',
  ),
  'card.is_staff': say(
    'Это карта персонала. Ничего не изменено. Возьмите другую карту.',
    'This card belongs to the staff. Nothing was changed. Take another card.',
  ),
  'card.lost': say(
    'Карта отмечена как утерянная. Она не выдана. Уберите её под стойку и возьмите другую.',
    'This card is marked as lost. It was not issued. Put it under the counter and take another one.',
  ),
  'money.above_free_balance': aboveFree,
  'money.above_debt': (params, language) => {
    const debt = number(params, 'debt_minor');
    const owed = debt === null ? null : formatMoney(debt, text(params, 'currency') ?? 'RUB', language);
    return language === 'ru'
      ? `Столько гость не должен${owed === null ? '' : `: долг ${owed}`}. Ничего не изменено. Введите сумму не больше долга.`
      : `The guest does not owe that much${owed === null ? '' : `: the debt is ${owed}`}. Nothing was changed. Enter no more than the debt.`;
  },
  'money.above_unclaimed': (params, language) => {
    const left = number(params, 'unclaimed_minor');
    const kept = left === null ? null : formatMoney(left, text(params, 'currency') ?? 'RUB', language);
    return language === 'ru'
      ? `Столько невостребованных денег у гостя нет${kept === null ? '' : `: осталось ${kept}`}. Ничего не изменено. Введите сумму не больше остатка.`
      : `There is not that much unclaimed money of this guest${kept === null ? '' : `: ${kept} is left`}. Nothing was changed. Enter no more than that.`;
  },
  'guest.nameless': say(
    'У этого гостя нет имени, потом его не найти. Ничего не изменено. Сначала впишите имя или выберите другого гостя.',
    'This guest has no name and could not be found again. Nothing was changed. Write the name down first, or choose another guest.',
  ),
  'visit.of_the_house': say(
    'Это визит за счёт бара, деньги на него не кладут. Деньги не записаны. Пополните визит гостя.',
    'This visit is on the house and takes no money. Nothing was booked. Top up the guest’s own visit.',
  ),
  'pour.not_found': say(
    'Такого налива нет. Ничего не изменено. Обновите карточку визита.',
    'There is no such pour. Nothing was changed. Look at the visit again.',
  ),
  'pour.not_charged': say(
    'За этот налив ещё ничего не взято. Ничего не изменено. Дождитесь отчёта крана или введите налив вручную.',
    'Nothing was charged for this pour yet. Nothing was changed. Wait for the tap’s report or enter the pour by hand.',
  ),
  'pour.reversed': say(
    'Этот налив уже отменён целиком. Ничего не изменено. Обновите карточку визита.',
    'This pour was reversed as a whole already. Nothing was changed. Look at the visit again.',
  ),
  'pour.above_charge': (params, language) => {
    const left = number(params, 'left_ml') ?? 0;
    return language === 'ru'
      ? `За столько с гостя не взято: осталось ${formatMl(left, 'ru')}. Ничего не изменено. Введите меньше.`
      : `The guest was not charged for that much: ${formatMl(left, 'en')} are left. Nothing was changed. Enter less.`;
  },
  'receipt.not_found': say(
    'Такого документа нет. Обновите экран и выберите его ещё раз.',
    'There is no such document. Refresh the screen and choose it again.',
  ),
  'printer.not_set_up': say(
    'Принтер не настроен. Укажите его в настройках, раздел «Принтер».',
    'No printer is set up. Choose one in the settings under “Printer”.',
  ),
  'review.not_found': say(
    'Такой записи на проверке нет. Ничего не изменено. Обновите список.',
    'There is no such review item. Nothing was changed. Look at the list again.',
  ),
  'review.resolved': say(
    'По этой записи уже решили. Ничего не изменено. Откройте её, чтобы увидеть решение.',
    'This item was decided already. Nothing was changed. Open it to see how.',
  ),
  'review.not_adjustable': say(
    'По этой записи нечего доначислить или вернуть. Ничего не изменено. Оставьте как есть.',
    'There is nothing to charge or give back by this item. Nothing was changed. Keep it as it is.',
  ),
  'grant.not_found': say(
    'Такого налива нет. Ничего не списано. Выберите налив в списке визита.',
    'There is no such pour. Nothing was charged. Choose the pour in the visit’s list.',
  ),
  'grant.pour_may_run': pourMayRun,
  'grant.ended': say(
    'Этот налив уже записан. Второй раз ничего не списано. Посмотрите его в списке наливов.',
    'This pour is recorded already. Nothing was charged twice. See it in the list of pours.',
  ),
  'grant.code_wrong': codeWrong,
  'grant.code_of_other': codeOfOther,
  'grant.above_limit': aboveLimit,
  'request.conflict': say(
    'Это действие уже выполнено с другими данными. Второй раз ничего не сделано. Закройте окно и посмотрите визит.',
    'This action was already done with other figures. Nothing was done twice. Close the dialog and look at the visit.',
  ),
  'request.gone': say(
    'Кран больше не ждёт ответа. Ничего не изменено. Приложите карту ещё раз.',
    'The tap no longer waits for this answer. Nothing was changed. Lay the card down again.',
  ),
  'request.foreign': say(
    'Запрос пришёл не из окна кассы. Ничего не сделано. Откройте кассу по её собственному адресу.',
    'The request did not come from the till’s own page. Nothing was done. Open the till at its own address.',
  ),
  'request.too_large': say(
    'Прислано больше, чем касса принимает за раз. Ничего не сделано. Пришлите меньше.',
    'More was sent than the till takes at once. Nothing was done. Send less.',
  ),
  'request.too_many': tooMany,
  'node.not_found': say(
    'Такого контроллера крана нет. Ничего не изменено. Выберите его из списка.',
    'There is no such tap controller. Nothing was changed. Choose one from the list.',
  ),
  'tap.has_node': say(
    'К этому крану уже подключён контроллер. Ничего не изменено. Сначала отключите прежний.',
    'A controller is paired with this tap already. Nothing was changed. Revoke the old one first.',
  ),
  'node.not_allowed': say(
    'Кран не подключён к этой кассе или отключён от неё. Он не наливает. Подключите его новым кодом.',
    'The tap is not paired with this till, or no longer. It does not pour. Pair it with a new code.',
  ),
  'node.outdated': say(
    'Программа крана устарела. Наливы с него принимаются, новых не будет. Обновите программу крана.',
    'The tap’s software is too old. Its pours are taken in, new ones are not given. Update the tap.',
  ),
  'enrolment.code_wrong': say(
    'Код подключения не подошёл или устарел. Кран не подключён. Получите на кассе новый код.',
    'The pairing code is wrong or too old. The tap is not paired. Make a new code at the till.',
  ),
  'enrolment.bad_request': say(
    'Кран прислал неполный запрос. Кран не подключён. Обновите программу крана и получите новый код.',
    'The tap sent an incomplete request. It is not paired. Update its software and make a new code.',
  ),
  'pairing.not_found': say(
    'Этот запрос крана уже закрыт или устарел. Кран не подключён. Дождитесь нового кода на экране крана.',
    'This tap’s request is over or too old. The tap is not paired. Wait for a new code on the tap’s screen.',
  ),
  'pairing.code_wrong': say(
    'Код на экране крана другой. Кран не подключён, запрос закрыт. Проверьте сеть и дождитесь нового кода на экране крана.',
    'The code on the tap’s screen is another one. The tap is not paired, its request is over. Check the network and wait for a new code on the tap’s screen.',
  ),
  'pairing.full': say(
    'Слишком много кранов ждут подключения. Этот запрос не принят. Подтвердите или отклоните те, что уже ждут на кассе.',
    'Too many taps are waiting to be paired. This request was not taken. Confirm or refuse at the till those that wait already.',
  ),
  'tap.not_found': say(
    'Такого крана нет. Ничего не изменено. Выберите кран из списка.',
    'There is no such tap. Nothing was changed. Choose a tap from the list.',
  ),
  'tap.has_keg': say(
    'На этом кране уже стоит кега. Ничего не изменено. Сначала снимите её.',
    'There is a keg on this tap already. Nothing was changed. Take it off first.',
  ),
  'keg.not_found': say(
    'Такой кеги нет. Ничего не изменено. Выберите кегу из списка.',
    'There is no such keg. Nothing was changed. Choose a keg from the list.',
  ),
  'keg.not_in_store': say(
    'Эта кега не на складе: она стоит на кране, пуста или возвращена. Ничего не изменено. Выберите другую.',
    'This keg is not in store: it is on a tap, empty or returned. Nothing was changed. Choose another.',
  ),
  'shift.not_found': say(
    'Такой смены нет. Ничего не изменено. Выберите смену из списка.',
    'There is no such shift. Nothing was changed. Choose a shift from the list.',
  ),
  'shift.reason_needed': say(
    'Посчитанное заметно расходится с ожидаемым. Смена и деньги не тронуты. Пересчитайте ещё раз или укажите причину.',
    'The count is far from what was expected. Shift and money are untouched. Count again or give a reason.',
  ),
  'money.not_in_drawer': say(
    'Столько наличных в ящике нет. Деньги не записаны. Проверьте сумму.',
    'There is not that much cash in the drawer. Nothing was booked. Check the amount.',
  ),
  'staff.not_found': say(
    'Такого сотрудника нет. Ничего не изменено. Выберите его из списка.',
    'There is no such member of staff. Nothing was changed. Choose one from the list.',
  ),
  'staff.name_taken': say(
    'Сотрудник с таким именем уже есть. Ничего не изменено. Добавьте фамилию или инициал.',
    'A member of staff has this name already. Nothing was changed. Add a surname or an initial.',
  ),
  'staff.last_engineer': say(
    'Это последний инженер. Ничего не изменено. Сначала заведите другого инженера.',
    'This is the last engineer. Nothing was changed. Add another engineer first.',
  ),
  'recovery.code_wrong': say(
    'Код восстановления не подошёл. Ничего не изменено. Проверьте его по распечатке первого запуска.',
    'The recovery code does not fit. Nothing was changed. Check it against the print of the first run.',
  ),
  'flag.overridden': say(
    'Это правило задано при запуске сервера, касса его не меняет. Ничего не изменено. Попросите инженера убрать настройку запуска.',
    'This rule is set by the server’s environment and the till cannot change it. Nothing was changed. Take the variable away and start anew.',
  ),
  'guest.has_visit': say(
    'У гостя открыт визит. Данные не тронуты. Сначала закройте визит.',
    'The guest has an open visit. Nothing was changed. Close the visit first.',
  ),
  'guest.has_money': say(
    'На счёте гостя есть деньги. Данные не тронуты. Верните их или переведите в невостребованные.',
    'The guest still has money. Nothing was changed. Give it back or book it as unclaimed.',
  ),
  'guest.erased': say(
    'Данные этого гостя уже удалены. Ничего не изменено. Откройте визит новому гостю.',
    'The data of this guest are erased already. Nothing was changed. Open a visit for a new guest.',
  ),
  'tap.has_no_keg': say(
    'На этом кране нет кеги. Ничего не изменено. Поставьте кегу.',
    'There is no keg on this tap. Nothing was changed. Put one on.',
  ),
  'tap.pour_may_run': say(
    'На этом кране ещё могут наливать. Ничего не изменено. Дождитесь конца налива и повторите.',
    'Somebody may still be pouring at this tap. Nothing was changed. Wait for the end of the pour and try again.',
  ),
  'tap.has_unsettled_grant': say(
    'Налив этого крана ещё не пришёл. Ничего не изменено. Дождитесь его или внесите вручную.',
    'A pour of this tap has not come in yet. Nothing was changed. Wait for it or enter it by hand.',
  ),
  'tap.being_cleaned': say(
    'Этот кран моют. Ничего не изменено. Сначала закончите мойку.',
    'This tap is being cleaned. Nothing was changed. End the cleaning first.',
  ),
  'tap.not_being_cleaned': say(
    'Этот кран сейчас не моют. Ничего не изменено. Начните мойку, если она нужна.',
    'This tap is not being cleaned. Nothing was changed. Start a cleaning if it is due.',
  ),
  'tap.not_waiting': say(
    'Этот кран не ждёт налива. Ничего не изменено. Обновите список кранов.',
    'This tap is not waiting for a pour. Nothing was changed. Look at the list of taps again.',
  ),
  'keg.not_on_tap': say(
    'Эта кега не стоит на этом кране. Ничего не изменено. Выберите другую.',
    'This keg is not on this tap. Nothing was changed. Choose another.',
  ),
  'keg.on_tap': say(
    'Эта кега стоит на кране. Ничего не изменено. Сначала снимите её.',
    'This keg is on a tap. Nothing was changed. Take it off first.',
  ),
  'keg.returned': say(
    'Эта кега уже возвращена. Ничего не изменено. Выберите другую.',
    'This keg went back already. Nothing was changed. Choose another.',
  ),
  'keg.code_taken': say(
    'Такой код маркировки уже есть у другой кеги. Ничего не изменено. Проверьте код.',
    'Another keg has this marking code. Nothing was changed. Check the code.',
  ),
  'calibration.spread': say(
    'Три налива слишком разные. Калибровка не изменена. Проверьте, нет ли пены, и налейте три раза заново.',
    'The three pours differ too much. The calibration is unchanged. Look for foam and pour three times again.',
  ),
  'calibration.out_of_range': say(
    'Такого счётчика не бывает. Калибровка не изменена. Проверьте импульсы и объёмы.',
    'No meter counts like this. The calibration is unchanged. Check the pulses and the volumes.',
  ),
  'price.rule_not_found': say(
    'Такого правила цены нет. Ничего не изменено. Выберите его из списка.',
    'There is no such price rule. Nothing was changed. Choose one from the list.',
  ),
  'settings.shift_open': say(
    'Время налива меняют только между сменами. Ничего не изменено. Закройте смену и повторите.',
    'The times of a pour change only between shifts. Nothing was changed. Close the shift and try again.',
  ),
  'server.busy': say(
    'Касса сейчас занята. Ничего не потеряно. Повторите через несколько секунд: дважды ничего не выполнится.',
    'The till is busy. Nothing is lost. Try again in a few seconds: nothing will be done twice.',
  ),
  'server.failed': say(
    'Касса не смогла это выполнить. Записанное не тронуто. Повторите: дважды ничего не выполнится. Не поможет — позовите инженера.',
    'The till could not do this. What is recorded is untouched. Try again: nothing will be done twice. If it stays, call an engineer.',
  ),
};

export function errorText(code: ErrorCode, params: ErrorParams = {}): Sentence {
  const source = ERRORS[code];
  return { ru: source(params, 'ru'), en: source(params, 'en') };
}
