import { createStore } from '../lib/store.ts';

export type Notice =
  /** green: money received, with the change that the cashier is still counting */
  | { kind: 'money'; title: string; detail: { label: string; value: string } | null }
  /** why something was not done and what to do instead, or that it is done */
  | { kind: 'say'; text: string };

export interface ShownNotice {
  serial: number;
  notice: Notice;
}

let serial = 0;
export const noticeStore = createStore<ShownNotice | null>(null);

export function showNotice(notice: Notice): void {
  serial += 1;
  noticeStore.set({ serial, notice });
}

export function clearNotice(): void {
  noticeStore.set(null);
}
