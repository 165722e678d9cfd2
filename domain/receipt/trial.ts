import { paper } from './paper.ts';
import type { Look } from './paper.ts';
import { dayAndTime, words } from './words.ts';

/** What a printer prints when it is set up: letters of both languages and a full line. */
export function trialReceipt(at: string, look: Look): string {
  const say = words(look.language);
  const sheet = paper(look);
  sheet.title(look.bar_name);
  sheet.rule();
  sheet.line(say.test, true);
  sheet.line(dayAndTime(at, look));
  sheet.line('АБВГДЕЁЖЗИЙКЛМН абвгдеёжзийклмн');
  sheet.line('ABCDEFGHIJKLMN abcdefghijklmn 0123456789');
  sheet.line(say.test_line);
  return sheet.done();
}
