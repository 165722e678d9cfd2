/** Digits only, 5 to 15 of them (E.164 without its plus); undefined when `input` is no telephone number. */
export function canonicalPhone(input: string): string | undefined {
  const digits = input.replace(/[\s()+.-]/g, '');
  return /^[0-9]{5,15}$/.test(digits) ? digits : undefined;
}
