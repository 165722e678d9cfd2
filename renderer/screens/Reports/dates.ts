/** 2026-11-24 as people here write it: 24.11.2026, in English 24/11/2026. The browser's own field speaks the computer's language. */
export function dateText(date: string, language: 'ru' | 'en'): string {
  const [year, month, day] = date.split('-');
  return day === undefined ? '' : [day, month, year].join(language === 'ru' ? '.' : '/');
}

/** Day, month and year with any mark or blank between them, or eight digits; '': no day of the calendar. */
export function dateOf(text: string): string {
  const match = /^\s*(\d{1,2})(\D?)\s*(\d{1,2})\2\s*(\d{4})\s*$/.exec(text);
  if (!match) return '';
  const [, day = '', , month = '', year = ''] = match;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const found = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().startsWith(date) ? date : '';
}
