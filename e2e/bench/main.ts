/**
 * `npm run bench [-- --json] [--quick] [--only=load,aged,start,screen,node,drain,cuts]`: figures of one run on one machine. Latency open loop at 1, 8 and 16 taps over TLS;
 * throughput closed loop at 1, 8, 16 and 32 lanes beside the same two transactions straight on PostgreSQL in the same run; CPU and memory;
 * what each procedure touches in an old bar against a new one; cold start; and, where `--only` names it, what a cashier waits for at the screen. Client, server and database share the machine's cores. Ends
 * with 1 when a goal is missed: the old bar's, the drain's, or a journal that lost rows.
 */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { agedBar } from './aged/agedBar.ts';
import { OLD, QUICK } from './aged/ageSql.ts';
import { openBenchBar } from './benchBar.ts';
import type { BenchBar } from './benchBar.ts';
import { coldStart } from './coldStart.ts';
import { drainFigures } from './drain.ts';
import { cpuSeconds, memoryMb, percentile } from './figures.ts';
import { closedLoop, openLoop } from './load.ts';
import { powerCuts } from './powerCut/powerCut.ts';
import { productCycle } from './productCycle.ts';
import { rawCycle } from './rawCycle.ts';
import type { Lane } from './rawCycle.ts';
import { screenFigures } from './screen.ts';
import { tapNodeFigures } from './tapNode.ts';

const json = process.argv.includes('--json');
const quick = process.argv.includes('--quick');
const TIMES = quick
  ? { open_ms: 6_000, closed_ms: 2_000, starts: 1 }
  : { open_ms: 30_000, closed_ms: 6_000, starts: 5 };
const only = process.argv
  .find((word) => word.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const wanted = (part: 'load' | 'aged' | 'start' | 'screen' | 'node' | 'drain' | 'cuts'): boolean =>
  only?.includes(part) ?? true;
const LANES = 32;
/** One cycle of each tap in two seconds. */
const PERIOD_MS = 2_000;
const OPEN_TAPS = [1, 8, 16];

const say = (line: string): void => {
  if (!json) console.log(line);
};

async function latency(bar: BenchBar, taps: number) {
  const watched = watchCpu(bar);
  const runs = await openLoop(
    bar.lanes.slice(0, taps),
    { period_ms: PERIOD_MS, duration_ms: TIMES.open_ms },
    productCycle,
  );
  const cpu = watched();
  const authorise = runs.map(({ result, late_ms }) => result.authorise_ms + late_ms);
  const settle = runs.map(({ result }) => result.settle_ms);
  return {
    taps,
    cycles: runs.length,
    authorise_p50_ms: percentile(authorise, 50),
    authorise_p95_ms: percentile(authorise, 95),
    settle_p50_ms: percentile(settle, 50),
    settle_p95_ms: percentile(settle, 95),
    cpu,
  };
}

async function throughput(bar: BenchBar) {
  const rows = [];
  const raw = await rawLanes(bar);
  try {
    for (const lanes of [1, 8, 16, 32]) {
      const raw_cycles_per_s = await closedLoop(raw.slice(0, lanes), TIMES.closed_ms, ({ client, lane }) =>
        rawCycle(client, lane),
      );
      const watched = watchCpu(bar);
      const cycles_per_s = await closedLoop(bar.lanes.slice(0, lanes), TIMES.closed_ms, productCycle);
      const ratio = Math.round((cycles_per_s / raw_cycles_per_s) * 100) / 100;
      const cpu = watched();
      const cpu_ms_per_cycle = perCycle(cpu, cycles_per_s);
      rows.push({ lanes, cycles_per_s, raw_cycles_per_s, ratio, cpu, cpu_ms_per_cycle });
      say(
        `closed loop, ${lanes} lanes: ${cycles_per_s} cycles/s, raw ${raw_cycles_per_s}, ratio ${ratio}; ` +
          `CPU of a cycle: ${cpu_ms_per_cycle.server} ms server, ${cpu_ms_per_cycle.postgres} ms PostgreSQL`,
      );
    }
  } finally {
    await Promise.all(raw.map(({ client }) => client.end()));
  }
  return rows;
}

/** What a cycle costs, whatever else the machine does meanwhile. */
const perCycle = (cpu: { server: number; postgres: number }, cycles_per_s: number) => ({
  server: Math.round((cpu.server / cycles_per_s) * 10_000) / 10,
  postgres: Math.round((cpu.postgres / cycles_per_s) * 10_000) / 10,
});

/** Shares of one core used by the server, by PostgreSQL and by this process since the call. */
function watchCpu(bar: BenchBar) {
  const postmaster = postmasterOf(bar);
  const read = () => ({
    server: cpuSeconds(bar.server.pid),
    postgres: cpuSeconds(postmaster),
    bench: process.cpuUsage(),
  });
  const before = read();
  const began = performance.now();
  return () => {
    const after = read();
    const seconds = (performance.now() - began) / 1000;
    const share = (used: number): number => Math.round((used / seconds) * 100) / 100;
    const bench = (after.bench.user + after.bench.system - before.bench.user - before.bench.system) / 1e6;
    return {
      server: share(after.server - before.server),
      postgres: share(after.postgres - before.postgres),
      bench: share(bench),
    };
  };
}

const postmasterOf = (bar: BenchBar): number =>
  Number(readFileSync(join(bar.server.dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);

async function rawLanes(bar: BenchBar): Promise<{ client: pg.Client; lane: Lane }[]> {
  return Promise.all(
    bar.lanes.map(async ({ raw_visit_id: visit_id, node, tap_id }) => {
      const client = new pg.Client({ connectionString: bar.appUrl });
      await client.connect();
      const { rows } = await client.query<Lane>(
        `SELECT (SELECT id FROM shifts WHERE state = 'open') AS shift_id, $2::bigint AS node_id, $3::bigint AS tap_id, v.id AS visit_id, v.guest_id,
                (SELECT card_id FROM visit_cards WHERE visit_id = v.id AND ended_at IS NULL) AS card_id, t.keg_id, k.beverage_id,
                (SELECT id FROM ledger_accounts WHERE kind = 'guest' AND guest_id = v.guest_id) AS guest_account_id,
                (SELECT id FROM ledger_accounts WHERE kind = 'sales') AS sales_account_id
           FROM visits v, taps t JOIN kegs k ON k.id = t.keg_id WHERE v.id = $1 AND t.id = $3`,
        [visit_id, node.node_id, tap_id],
      );
      if (!rows[0]) throw new Error(`the bench's visit ${visit_id} is gone`);
      return { client, lane: rows[0] };
    }),
  );
}

async function underLoad() {
  const bar = await openBenchBar(LANES);
  try {
    for (const lane of bar.lanes) await productCycle(lane);
    const open_loop = [];
    for (const taps of OPEN_TAPS) {
      const one = await latency(bar, taps);
      open_loop.push(one);
      say(
        `open loop, ${taps} taps: authorise p50 ${one.authorise_p50_ms} ms, p95 ${one.authorise_p95_ms} ms; ` +
          `settle p50 ${one.settle_p50_ms} ms, p95 ${one.settle_p95_ms} ms`,
      );
    }
    const closed_loop = await throughput(bar);
    const memory_mb = { server: memoryMb(bar.server.pid), postgres: memoryMb(postmasterOf(bar)) };
    say(`memory after that: server ${memory_mb.server} MB, PostgreSQL ${memory_mb.postgres} MB`);
    return { open_loop, closed_loop, memory_mb };
  } finally {
    await bar.close();
  }
}

const machine = { cores: cpus().length, load_before: loadavg()[0] };
const load = wanted('load') ? await underLoad() : {};
const aged = wanted('aged') ? await agedBar(quick ? QUICK : OLD, say) : undefined;
const cold_start = wanted('start') ? await coldStart(TIMES.starts, say) : undefined;
const screen = only?.includes('screen') ? await screenFigures(say) : undefined;
const tap_node = wanted('node') ? await tapNodeFigures(quick ? 5 : 30, say) : undefined;
const drain = wanted('drain') ? await drainFigures(quick ? 100 : 1_000, say) : undefined;
const power_cuts = wanted('cuts') ? await powerCuts(quick ? 5 : 100, say) : undefined;
console.log(
  JSON.stringify({ machine, quick, ...load, aged, cold_start, screen, tap_node, drain, power_cuts }),
);
const journal_lost = power_cuts !== undefined && 'holds' in power_cuts && !power_cuts.holds;
if (aged?.met === false || drain?.met === false || journal_lost) process.exitCode = 1;
