/**
 * `npm run demo`: the till with a demo bar, and two tap processes that simulate four taps with guests and speak to the till over TLS
 * like any tap on a Pi. Data lie in .taptill/demo of the checkout (or TAPTILL_DATA_DIR); delete the folder to begin anew.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createTRPCClient, httpBatchLink, TRPCClientError } from '@trpc/client';
import { errorText } from '#domain/texts/errors';
import type { TillRouter } from '#server/api/tillRouter';
import { openServer, openTill } from './lib/openTill.ts';
import type { OpenTill, TillOptions } from './lib/openTill.ts';
import { ROOT } from './lib/run.ts';

const DATA = process.env['TAPTILL_DATA_DIR'] ?? path.join(ROOT, '.taptill', 'demo');
const ENGINEER_PIN = '3333';
const NODES = [
  { name: 'Стойка 1', tap_numbers: [1, 2], screen_port: 8771, seed: 7 },
  { name: 'Стойка 2', tap_numbers: [3, 4], screen_port: 8772, seed: 8 },
];
type DemoNode = (typeof NODES)[number];

function client(url: string, token?: string) {
  return createTRPCClient<TillRouter>({
    links: [
      httpBatchLink({ url: `${url}/trpc`, headers: token ? { authorization: `Bearer ${token}` } : {} }),
    ],
  });
}
type Api = ReturnType<typeof client>;

/** Before any window is open, so that nobody meets the first-run wizard of a bar that is about to be the demo bar. */
async function loadDemoBar(options: TillOptions): Promise<void> {
  const server = await openServer({ ...options, page: false });
  try {
    const api = client(server.url);
    const { setup_needed } = await api.session.operators.query();
    if (setup_needed) await api.setup.loadDemo.mutate();
  } finally {
    server.close();
    await server.closed;
  }
}

async function signInAsEngineer(url: string): Promise<Api> {
  const open = client(url);
  const { operators } = await open.session.operators.query();
  const engineer = operators.find((operator) => operator.role === 'engineer');
  if (!engineer)
    throw new Error(`The bar in ${DATA} is not the demo bar: delete the folder, or use npm start.`);
  const session = await open.session.signIn.mutate({ operator_id: engineer.id, pin: ENGINEER_PIN });
  return client(url, session.token);
}

async function startNode(api: Api, till: OpenTill, node: DemoNode): Promise<ChildProcess> {
  const data = path.join(DATA, `tap-${node.tap_numbers.join('-')}`);
  const board = await api.board.get.query();
  if (!existsSync(path.join(data, 'node.json'))) {
    const tap_ids = board.taps
      .filter((tap) => node.tap_numbers.includes(tap.number))
      .map((tap) => tap.tap_id);
    const { code } = await api.nodes.createEnrolment.mutate({ name: node.name, tap_ids });
    await finished(tapProcess(till, data, ['--enrol', code]), `${node.name} could not be enrolled`);
  }
  const cards = board.visits.flatMap((visit) => (visit.card_uid ? [visit.card_uid] : []));
  const mine = cards.filter((_, i) => i % NODES.length === NODES.indexOf(node));
  return tapProcess(till, data, [
    '--simulate',
    String(node.tap_numbers.length),
    '--seed',
    String(node.seed),
    '--cards',
    mine.join(','),
    '--screen-port',
    String(node.screen_port),
  ]);
}

function tapProcess(till: OpenTill, data: string, args: readonly string[]): ChildProcess {
  const till_url = `https://127.0.0.1:${till.lanPort}`;
  return spawn(
    process.execPath,
    [path.join(ROOT, 'tap-node/main.ts'), '--till', till_url, '--data', data, ...args],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      cwd: ROOT,
    },
  );
}

function finished(child: ChildProcess, problem: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${problem} (exit code ${code ?? 'none'}).`)),
    );
  });
}

/** What the till answers is a code with parameters; its sentence stands in the texts. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof TRPCClientError)) return error instanceof Error ? error.message : String(error);
  const problem = (error as TRPCClientError<TillRouter>).data?.taptill;
  return problem
    ? `${errorText(problem.code, problem.params).en} ${JSON.stringify(problem.params)}`
    : error.message;
}

try {
  const options = {
    dataDir: DATA,
    httpPort: Number(process.env['TAPTILL_HTTP_PORT'] ?? 8765),
    lanPort: Number(process.env['TAPTILL_LAN_PORT'] ?? 8766),
  };
  if (!existsSync(path.join(DATA, 'pg'))) await loadDemoBar(options);
  const till = await openTill(options);
  const taps: ChildProcess[] = [];
  const stop = () => {
    for (const tap of taps) tap.kill('SIGTERM');
    till.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  try {
    const api = await signInAsEngineer(till.url);
    for (const node of NODES) taps.push(await startNode(api, till, node));
    console.log(
      till.window
        ? 'The demo bar is open in the till’s window. Sign in as Марина with PIN 1111.'
        : `There is no display or no Electron here. Open the demo bar in a browser on this computer: ${till.url} (Марина, PIN 1111)`,
    );
    console.log(
      `Guest screens of the simulated taps: ${NODES.map((node) => `http://127.0.0.1:${node.screen_port}`).join(' and ')}`,
    );
  } catch (error) {
    stop();
    throw error;
  }
  process.exitCode = await till.closed;
  stop();
} catch (error) {
  console.error(sentenceOf(error));
  process.exitCode = 1;
}
