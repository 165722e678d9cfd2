import { createStore } from '../lib/store.ts';

/** What stands in the one search. */
export const searchText = createStore('');

let field: HTMLInputElement | null = null;

export function holdSearchField(input: HTMLInputElement | null): void {
  field = input;
}

export function focusSearch(): void {
  field?.focus({ preventScroll: true });
}

export const searchHasFocus = (): boolean => document.activeElement === field;
