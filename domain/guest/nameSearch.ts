/** Names are compared without case and with ё as е, as the generated column `guests.name_search` does. */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll('ё', 'е').trim();
}
