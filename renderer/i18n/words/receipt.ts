/** The words of receipts and the printer. Russian, then English. */
export const receiptRu = {
  action: 'Чек',
  title: 'Чек визита',
  which: 'Что напечатать',
  visit: 'Счёт визита',
  top_up: 'Пополнение {{sum}}',
  refund: 'Возврат {{sum}}',
  print: 'Напечатать',
  printed: 'Чек поставлен в печать.',
  noPrinter: 'принтер не настроен',
  unreachable: 'Нет ответа кассы. Чек не отправлен. Повторите.',
  picture: 'Так чек выглядит на бумаге',
  drawing: 'Готовим чек…',
  asPaper: 'Как на бумаге',
  onPaper: '{{name}} на бумаге',
  close: 'Закрыть',
  z: 'Напечатать Z',
  x: 'Напечатать X',
};
export const printerRu = {
  title: 'Чеки не печатаются',
  waiting: 'ждут печати: {{count}}',
  drop: 'Не печатать',
};

export const receiptEn = {
  action: 'Receipt',
  title: 'Receipt of the visit',
  which: 'What to print',
  visit: 'Account of the visit',
  top_up: 'Top-up {{sum}}',
  refund: 'Refund {{sum}}',
  print: 'Print',
  printed: 'The receipt waits for the printer.',
  noPrinter: 'no printer set up',
  unreachable: 'The till does not answer. Nothing was sent. Try again.',
  picture: 'What the receipt looks like on paper',
  drawing: 'Drawing the receipt…',
  asPaper: 'As on paper',
  onPaper: '{{name}} on paper',
  close: 'Close',
  z: 'Print Z',
  x: 'Print X',
};
export const printerEn = {
  title: 'Receipts are not printed',
  waiting: 'waiting: {{count}}',
  drop: 'Do not print',
};

export const drawerRu = {
  action: 'Открыть ящик',
  title: 'Открыть ящик без продажи?',
  confirm: 'Открыть ящик',
  money: 'Деньги не записываются. Взять или положить их: «Изъять наличные», «Внести наличные».',
  trail: 'Кто открыл и зачем, попадёт в журнал.',
  done: 'Ящик открывается.',
  unreachable: 'Нет ответа кассы. Ящик, возможно, не открылся. Повторите.',
  has: 'Отвечает {{name}} с {{time}}',
  reason: { change: 'Разменять деньги', check: 'Проверить сумму', jam: 'Ящик заело' },
};
export const drawerEn = {
  action: 'Open the drawer',
  title: 'Open the drawer without a sale?',
  confirm: 'Open the drawer',
  money: 'No money is booked. To take or put money, use “Take cash out” and “Put cash in”.',
  trail: 'Who opened it and why goes to the journal.',
  done: 'The drawer is opening.',
  unreachable: 'The till does not answer. The drawer may not have opened. Try again.',
  has: '{{name}} has it since {{time}}',
  reason: { change: 'To change money', check: 'To check the sum', jam: 'The drawer is stuck' },
};
