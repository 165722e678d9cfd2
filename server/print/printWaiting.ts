import { anyDocument } from '#domain/protocol/receipts';
import { DomainError } from '#domain/errors';
import { GIVE_UP_AFTER_MS, retryAfterMs } from '#domain/receipt/documents';
import type { PrinterProblem, ReceiptDocument } from '#domain/receipt/documents';
import type { PrinterSettings } from '#domain/receipt/printer';
import { query } from '../db/query.ts';
import type { Deps } from '../services/support/deps.ts';
import { readSettings } from '../services/support/settings.ts';
import type { Settings } from '../services/support/settings.ts';
import { lookOf, receiptOf } from './receiptOf.ts';
import { bytesOf, drawerPulse, svgOf } from './render.ts';
import { PrinterError, saveToFolder, sendToDevice, sendToNetwork } from './send.ts';

type Where = Pick<Deps, 'sequelize' | 'clock'>;
type Job = { id: number; document: unknown; opens_drawer: boolean; attempts: number; created_at: Date };

/** A print that takes longer is tried by nobody else meanwhile. */
const CLAIM_S = 60;
const AT_ONCE = 20;

/**
 * Prints what waits, in its order: a receipt that fails holds up the later ones, as paper would. After five minutes it is given
 * up, and a person prints it again. A crash between paper and mark prints it twice, never not at all.
 */
export async function printWaiting(deps: Where): Promise<{ printed: number; failed: number }> {
  const done = { printed: 0, failed: 0 };
  while (done.printed < AT_ONCE) {
    const job = await claim(deps);
    if (!job) break;
    const problem = await print(deps, job);
    await mark(deps, job, problem);
    if (problem === null) done.printed += 1;
    else {
      done.failed += 1;
      break;
    }
  }
  return done;
}

async function claim({ sequelize }: Where): Promise<Job | undefined> {
  const [job] = await query<Job>(
    sequelize,
    `WITH first AS (SELECT id, next_attempt_at FROM print_jobs WHERE state = 'waiting' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
     UPDATE print_jobs p SET attempts = p.attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
     FROM first WHERE p.id = first.id AND first.next_attempt_at <= now()
     RETURNING p.id, p.document, p.opens_drawer, p.attempts, p.created_at`,
    [CLAIM_S],
  );
  return job;
}

async function print(deps: Where, job: Job): Promise<PrinterProblem | null> {
  try {
    const settings = await readSettings(deps.sequelize);
    await put(deps, { job, document: anyDocument.parse(job.document), settings });
    return null;
  } catch (error) {
    if (error instanceof PrinterError) return error.problem;
    // What it is of is gone: nothing to try again.
    if (error instanceof DomainError) return 'unknown';
    throw error;
  }
}

async function put(
  deps: Where,
  { job, document, settings }: { job: Job; document: ReceiptDocument; settings: Settings },
): Promise<void> {
  const { printer } = settings;
  if (printer.target === 'none') throw new PrinterError('not_set_up');
  const picture = printer.target === 'file';
  const charset = !picture && printer.letters === 'text' ? 'cp866' : null;
  const paper = { look: lookOf(settings, charset), vat_permille: settings.till.vat_permille };
  const receipt = document.kind === 'drawer' ? null : await receiptOf(deps, document, paper);
  if (picture) {
    if (receipt === null) return;
    return saveToFolder(printer.path, `${job.id}-${document.kind}.svg`, svgOf(receipt, printer.columns));
  }
  const pulse = job.opens_drawer ? drawerPulse(printer.command) : Buffer.alloc(0);
  const bytes = receipt === null ? Buffer.alloc(0) : await bytesOf(receipt, printer);
  await send(printer, Buffer.concat([pulse, bytes]));
}

async function send(printer: PrinterSettings, bytes: Buffer): Promise<void> {
  if (printer.target === 'network') await sendToNetwork(printer, bytes);
  else await sendToDevice(printer.path, bytes);
}

async function mark({ sequelize, clock }: Where, job: Job, problem: PrinterProblem | null): Promise<void> {
  if (problem === null) {
    await query(
      sequelize,
      `UPDATE print_jobs SET state = 'printed', problem = NULL, ended_at = now() WHERE id = $1 AND state = 'waiting'`,
      [job.id],
    );
    return;
  }
  const given_up = clock.now().getTime() - job.created_at.getTime() > GIVE_UP_AFTER_MS;
  await query(
    sequelize,
    `UPDATE print_jobs SET problem = $2, state = CASE WHEN $3 THEN 'failed' ELSE state END, ended_at = CASE WHEN $3 THEN now() END,
       next_attempt_at = now() + make_interval(secs => $4) WHERE id = $1 AND state = 'waiting'`,
    [job.id, problem, given_up, retryAfterMs(job.attempts) / 1000],
  );
}
