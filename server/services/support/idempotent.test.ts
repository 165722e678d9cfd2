import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction } from '../../db/inTransaction.ts';
import { query } from '../../db/query.ts';
import { refusalOf } from '../../testing/refusals.ts';
import { testDatabase } from '../../testing/testDatabase.ts';
import type { TestDatabase } from '../../testing/testDatabase.ts';
import { idempotent } from './idempotent.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

let works = 0;
const ask = (request_id: string, body: unknown, procedure = 'test.do') =>
  inTransaction(db.sequelize, (unit) =>
    idempotent(unit, { request_id, procedure, body }, async () => {
      works += 1;
      if (body === 'fail') throw new Error('failed');
      return { work: works };
    }),
  );

it('the same key and body is done once and answered alike, also 16 times at once', async () => {
  const request_id = randomUUID();
  const first = await ask(request_id, { a: 1, b: 2 });
  const answers = await Promise.all(Array.from({ length: 16 }, () => ask(request_id, { b: 2, a: 1 })));
  expect(new Set(answers.map((answer) => answer.work))).toEqual(new Set([first.work]));
  expect(works).toBe(1);
});

it('the same key with another body, or for another procedure, is a conflict', async () => {
  const request_id = randomUUID();
  await ask(request_id, { a: 1 });
  expect(await refusalOf(ask(request_id, { a: 2 }))).toEqual({
    code: 'request.conflict',
    params: { request_id },
  });
  expect((await refusalOf(ask(request_id, { a: 1 }, 'test.undo'))).code).toBe('request.conflict');
});

it('a command that failed leaves no key: it may be asked again', async () => {
  const request_id = randomUUID();
  await expect(ask(request_id, 'fail')).rejects.toThrow('failed');
  expect(
    await query(db.sequelize, 'SELECT 1 FROM idempotency_keys WHERE request_id = $1', [request_id]),
  ).toEqual([]);
  expect((await ask(request_id, 'now it works')).work).toBeGreaterThan(0);
});

it('of two different bodies under one key at once, one is done and one is a conflict', async () => {
  const request_id = randomUUID();
  const before = works;
  const outcomes = await Promise.allSettled([ask(request_id, { a: 1 }), ask(request_id, { a: 2 })]);
  expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(works - before).toBe(1);
});
