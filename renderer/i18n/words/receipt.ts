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
  close: 'Close',
  z: 'Print Z',
  x: 'Print X',
};
export const printerEn = {
  title: 'Receipts are not printed',
  waiting: 'waiting: {{count}}',
  drop: 'Do not print',
};
