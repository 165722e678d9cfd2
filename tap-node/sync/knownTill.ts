import { isOlderTill, latestLife } from '#domain/node/tillLife';
import type { TillLife } from '#domain/node/tillLife';
import type { Clock } from '#tap-node/agent/clock';
import type { Journal } from '#tap-node/journal/journal';
import type { Till } from './till.ts';

export type KnownTillDeps = {
  readonly till: Till;
  readonly journal: Pick<Journal, 'noteTill' | 'setIncarnation'>;
  readonly clock: Clock;
  /** what the journal remembers of earlier boots */
  readonly known: TillLife | null;
  readonly log: (line: string) => void;
};

/** The mark grows with every pour; the disk need not be asked that often. */
const NOTE_EVERY_MS = 60_000;
const OLDER =
  'this till is older than the one that this tap has heard before: bring that one back, or restore its latest backup';

/**
 * The till, as long as it is the one that this node knows or one restored since (H27). An older one is as good as away: no grant
 * of it opens a valve, and no report goes to it; both wait for the right one.
 */
export function knownTill(deps: KnownTillDeps): Till {
  const { till, journal, clock, log } = deps;
  let { known } = deps;
  let noted_at = -Infinity;
  /** hello was answered by the right one, and nobody else has answered since */
  let trusted = false;

  async function note(life: TillLife): Promise<void> {
    const same = known?.generation === life.generation && known.incarnation === life.incarnation;
    known = latestLife(known, life);
    if (same && clock.monotonic() - noted_at < NOTE_EVERY_MS) return;
    noted_at = clock.monotonic();
    await journal.noteTill(known);
  }

  async function heard<Answer extends { life?: TillLife | undefined }>(
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const asked_at = known?.commit_mark ?? 0;
    const answer = await call();
    const { life } = answer;
    if (!life) return answer;
    if (isOlderTill(known, life, asked_at)) {
      trusted = false;
      throw new Error(OLDER);
    }
    // A journal that cannot write keeps nobody from pouring by its own rules: the mark is in memory.
    await note(life).catch((problem: unknown) => log(`the till is not noted: ${String(problem)}`));
    return answer;
  }

  return {
    async hello(input) {
      const answer = await heard(() => till.hello(input));
      if (!answer.life) await journal.setIncarnation(answer.incarnation);
      trusted = true;
      return answer;
    },
    heartbeat: (input) => heard(() => till.heartbeat(input)),
    authorise: (input) => heard(() => till.authorise(input)),
    async settle(reports) {
      if (!trusted) throw new Error('the reports wait for the till’s hello');
      return till.settle(reports);
    },
    cancel: (input) => till.cancel(input),
    progress: (input) => till.progress(input),
    flow: (input) => till.flow(input),
    clean: (input) => till.clean(input),
    ...(till.renew && { renew: () => till.renew?.() ?? Promise.resolve() }),
    watch: (onCommand, onProblem) => till.watch(onCommand, onProblem),
    close: () => till.close(),
  };
}
