import { parentPort, workerData } from 'node:worker_threads';
import { faultPoint } from '../agent/faultPoints.ts';
import type { JournalReply, JournalRequest, JournalStart } from './journal.ts';
import { JournalFull, JournalStore } from './store.ts';

/** The journal's own thread: one store, calls answered in the order in which they came. */
const start = workerData as JournalStart;
const reply = (message: JournalReply): void => parentPort?.postMessage(message);

try {
  const { store, opened } = JournalStore.open({
    ...start,
    now: () => Date.now(),
    before_write: () => faultPoint('journal.write'),
  });
  parentPort?.on('message', (request: JournalRequest) => reply(answer(store, request)));
  reply({ id: 0, result: opened });
} catch (problem) {
  reply({ id: 0, problem: problem instanceof Error ? problem.message : String(problem) });
}

function answer(store: JournalStore, request: JournalRequest): JournalReply {
  try {
    return { id: request.id, result: call(store, request) };
  } catch (problem) {
    const message = problem instanceof Error ? problem.message : String(problem);
    return { id: request.id, problem: message, full: isFull(problem) };
  }
}

/** Our own floor, or SQLite's own word for a full disk. */
function isFull(problem: unknown): boolean {
  return problem instanceof JournalFull || (problem instanceof Error && /disk is full/.test(problem.message));
}

function call(store: JournalStore, request: JournalRequest): unknown {
  switch (request.call) {
    case 'intent':
      return store.intent(...request.args);
    case 'checkpoint':
      return store.checkpoint(...request.args);
    case 'end':
      return store.end(...request.args);
    case 'verdict':
      return store.verdict(...request.args);
    case 'flow':
      return store.flow(...request.args);
    case 'flowTold':
      return store.flowTold(...request.args);
    case 'setIncarnation':
      return store.setIncarnation(...request.args);
    case 'noteTill':
      return store.noteTill(...request.args);
    case 'finished':
      return store.finished(...request.args);
    case 'marks':
      return store.marks();
    case 'journalled':
      return store.journalled();
    case 'isFull':
      return store.isFull();
    case 'close':
      return store.close();
  }
}
