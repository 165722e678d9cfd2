import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VisitWire } from '#domain/protocol/till';
import { setUpBar, signIn } from '#server/testing/clients';
import type { TillClient } from '#server/testing/clients';
import { endCluster, startServer } from '#server/testing/startServer';
import type { TestServer } from '#server/testing/startServer';
import { runTapCommand } from './tapProcess.ts';

export type Seat = { readonly visit_id: number; readonly uid: string };

/** A bar with the real server in its own process, an open shift, and one tap of 300.00 a litre: what the tests pour from. */
export class RealBar {
  server: TestServer;
  api: TillClient;
  readonly dataDir: string;
  readonly #operator_id: number;

  private constructor(
    server: TestServer,
    dataDir: string,
    signedIn: { api: TillClient; operator_id: number },
  ) {
    this.server = server;
    this.dataDir = dataDir;
    this.api = signedIn.api;
    this.#operator_id = signedIn.operator_id;
  }

  static async open(): Promise<RealBar> {
    const dataDir = mkdtempSync(join(tmpdir(), 'taptill-bar-'));
    const server = await startServer({ dataDir });
    const { api, session } = await setUpBar(server.url);
    await api.shifts.open.mutate({ request_id: randomUUID(), float_minor: 0 });
    return new RealBar(server, dataDir, { api, operator_id: session.operator.id });
  }

  /** The server again, on the same ports and the same database. */
  async restart(faultPoint?: string): Promise<void> {
    const { lanPort, url } = this.server;
    await this.server.kill9();
    this.server = await startServer({
      dataDir: this.dataDir,
      lanPort,
      httpPort: Number(new URL(url).port),
      ...(faultPoint ? { faultPoint } : {}),
    });
    this.api = await signIn(this.server.url, this.#operator_id);
  }

  tillUrl(): string {
    return `https://127.0.0.1:${this.server.lanPort}`;
  }

  /** A new tap and a node of its own, enrolled through its command line. */
  async enrolledTap(number: number): Promise<{ directory: string; tap_id: number }> {
    const tap_id = await this.newTap(number);
    const directory = mkdtempSync(join(tmpdir(), 'taptill-node-'));
    await this.enrol({ name: `Node ${number}`, tap_ids: [tap_id], directory });
    return { directory, tap_id };
  }

  async enrol(node: { name: string; tap_ids: number[]; directory: string }): Promise<void> {
    const { name, tap_ids, directory } = node;
    const { code } = await this.api.nodes.createEnrolment.mutate({ name, tap_ids });
    const { code: status, output } = await runTapCommand([
      '--enrol',
      code,
      '--till',
      this.tillUrl(),
      '--data',
      directory,
    ]);
    if (status !== 0) throw new Error(output);
  }

  /** A tap with a full keg and no node yet. */
  async newTap(number: number): Promise<number> {
    const [beverage] = await this.api.beverages.list.query();
    if (!beverage) throw new Error('the bar has no beverage');
    const { tap_id } = await this.api.taps.create.mutate({ number });
    const keg = await this.api.kegs.receive.mutate({
      request_id: randomUUID(),
      beverage_id: beverage.beverage_id,
      size_ml: 30_000,
    });
    await this.api.kegs.putOnTap.mutate({ request_id: randomUUID(), tap_id, keg_id: keg.keg_id });
    return tap_id;
  }

  /** A guest with a card and money. */
  async guest(balance_minor = 100_000): Promise<Seat> {
    const uid = `04${randomBytes(6).toString('hex').toUpperCase()}`;
    await this.api.cards.addToPool.mutate({ uid });
    const visit = await this.api.visits.open.mutate({
      request_id: randomUUID(),
      guest: { name: null, phone: null, age_confirmed: true },
      card_uid: uid,
    });
    if (balance_minor > 0)
      await this.api.visits.topUp.mutate({
        request_id: randomUUID(),
        visit_id: visit.visit_id,
        amount_minor: balance_minor,
        method: 'cash',
      });
    return { visit_id: visit.visit_id, uid };
  }

  visit({ visit_id }: Seat): Promise<VisitWire> {
    return this.api.visits.get.query({ visit_id });
  }

  async kegOf(tap_id: number): Promise<number | null> {
    const { taps } = await this.api.board.get.query();
    return taps.find((tap) => tap.tap_id === tap_id)?.keg_remaining_ml ?? null;
  }

  async close(): Promise<void> {
    await this.server.stop();
    await endCluster(this.dataDir);
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
