import { createStore } from '../../lib/store.ts';
import type { Draft, Section } from './fields.ts';

/** What has been typed and not saved yet; it outlives a look at another screen. */
export const drafts = createStore<Partial<Record<Section, Draft>>>({});

export function typeInto(section: Section, path: string, text: string): void {
  const all = drafts.get();
  drafts.set({ ...all, [section]: { ...all[section], [path]: text } });
}

export function dropDraft(section: Section): void {
  drafts.set({ ...drafts.get(), [section]: {} });
}
