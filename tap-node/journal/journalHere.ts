import type { Journal, OpenJournal } from './journal.ts';
import { JournalProblem } from './journal.ts';
import { JournalFull, JournalStore } from './store.ts';
import type { StoreOptions } from './store.ts';

/** The same journal without a thread of its own: for simulations over virtual time, where a commit takes none. */
export function openJournalHere(
  now: () => number,
  machine: Pick<StoreOptions, 'free_bytes' | 'hex'> = {},
): OpenJournal {
  return async (start) => {
    const { store, opened } = JournalStore.open({ ...start, ...machine, now });
    const answer = async <Result>(work: () => Result): Promise<Result> => {
      try {
        return work();
      } catch (problem) {
        const message = problem instanceof Error ? problem.message : String(problem);
        throw new JournalProblem(message, problem instanceof JournalFull);
      }
    };
    const journal: Journal = {
      intent: (...args) => answer(() => store.intent(...args)),
      checkpoint: (...args) => answer(() => store.checkpoint(...args)),
      end: (...args) => answer(() => store.end(...args)),
      verdict: (...args) => answer(() => store.verdict(...args)),
      flow: (...args) => answer(() => store.flow(...args)),
      flowTold: (...args) => answer(() => store.flowTold(...args)),
      setIncarnation: (...args) => answer(() => store.setIncarnation(...args)),
      noteTill: (...args) => answer(() => store.noteTill(...args)),
      finished: (...args) => answer(() => store.finished(...args)),
      marks: () => answer(() => store.marks()),
      journalled: () => answer(() => store.journalled()),
      isFull: () => answer(() => store.isFull()),
      close: () => answer(() => store.close()),
    };
    return { journal, opened };
  };
}
