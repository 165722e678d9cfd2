import { access, constants } from 'node:fs/promises';
import type { Sequelize } from 'sequelize';
import type { PrinterStateWire, PrintJobWire } from '#domain/protocol/receipts';
import type { PrinterSettings } from '#domain/receipt/printer';
import { query } from '../db/query.ts';
import { readSettings } from '../services/support/settings.ts';

type JobRead = Omit<PrintJobWire, 'created_at' | 'ended_at'> & { created_at: Date; ended_at: Date | null };

/** The printer's queue and its newest prints. */
export async function printerState(sequelize: Sequelize): Promise<PrinterStateWire> {
  const [{ printer }, jobs, waiting] = await Promise.all([
    readSettings(sequelize),
    query<JobRead>(
      sequelize,
      `SELECT id AS job_id, document, state, attempts, problem, created_at, ended_at FROM print_jobs ORDER BY id DESC LIMIT 50`,
    ),
    query<{ count: number; problem: PrintJobWire['problem'] }>(
      sequelize,
      `SELECT count(*)::int AS count, (array_agg(problem ORDER BY id))[1] AS problem FROM print_jobs WHERE state = 'waiting'`,
    ),
  ]);
  const [queue = { count: 0, problem: null }] = waiting;
  const gone = await deviceProblem(printer);
  const lastEnded = jobs.find(({ state }) => state === 'printed' || state === 'failed');
  return {
    set_up: printer.target !== 'none',
    waiting: queue.count,
    problem: gone ?? queue.problem ?? (lastEnded?.state === 'failed' ? lastEnded.problem : null),
    jobs: jobs.map((job) => ({
      ...job,
      created_at: job.created_at.toISOString(),
      ended_at: job.ended_at?.toISOString() ?? null,
    })),
  };
}

/** A printer on a cable is seen to go and to come back before anything is printed: its device file goes and comes with it. */
async function deviceProblem({ target, path }: PrinterSettings): Promise<PrintJobWire['problem']> {
  if (target !== 'device') return null;
  try {
    await access(path, constants.W_OK);
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'no_permission' : 'no_device';
  }
}
