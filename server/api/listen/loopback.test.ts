import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorText } from '#domain/texts/errors';
import type { WireProblem } from '#server/api/errors';
import { appServer, type AppServer } from '../../testing/appServer.ts';
import { tillClient } from '../../testing/clients.ts';
import { testDatabase, type TestDatabase } from '../../testing/testDatabase.ts';

let db: TestDatabase;
let server: AppServer;
beforeAll(async () => {
  db = await testDatabase();
  server = await appServer(db);
});
afterAll(async () => {
  await server.close();
  await db.drop();
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

function ask(path: string, options: RequestOptions = {}, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port: server.port, path, ...options }, (res) => {
      let text = '';
      res.on('data', (chunk: Buffer) => (text += chunk.toString()));
      res.on('end', () => resolve({ status: res.statusCode ?? 0, headers: res.headers, body: text }));
    });
    req.on('error', reject);
    req.end(body);
  });
}
const problem = (answer: Answer): WireProblem =>
  (JSON.parse(answer.body) as { error: { data: { taptill: WireProblem } } }).error.data.taptill;
const OPERATORS = '/trpc/session.operators';

describe('the loopback port', () => {
  it('answers on 127.0.0.1 and on no other address of this machine', async () => {
    expect((await ask(OPERATORS)).status).toBe(200);
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) {
      const refused = await new Promise((resolve) => {
        connect(server.port, address, () => resolve(false)).on('error', () => resolve(true));
      });
      expect(refused, address).toBe(true);
    }
  });

  it.each([
    ['a foreign name that was pointed at 127.0.0.1', 'bar.example.com'],
    ['the right name with another port', '127.0.0.1:1'],
    ['a name that only begins rightly', '127.0.0.1.evil.example'],
  ])('refuses %s in Host, page and procedures alike', async (_name, host) => {
    for (const path of ['/', OPERATORS]) {
      const answer = await ask(path, { headers: { host } });
      expect(answer.status).toBe(403);
      expect(problem(answer).code).toBe('request.foreign');
    }
  });

  it.each(['https://evil.example', 'null', 'app://other', 'http://127.0.0.1:1', 'http://localhost'])(
    'refuses pages of %s',
    async (origin) => {
      const answer = await ask(OPERATORS, { headers: { origin } });
      expect(answer.status).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it('lets its own pages and the shell’s in, and only the shell’s may read across origins', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const host = `${name}:${server.port}`;
      const own = await ask(OPERATORS, { headers: { host, origin: `http://${host}` } });
      expect(own.status).toBe(200);
      expect(own.headers['access-control-allow-origin']).toBeUndefined();
    }
    const shell = await ask(OPERATORS, { headers: { origin: 'app://till' } });
    expect(shell.status).toBe(200);
    expect(shell.headers['access-control-allow-origin']).toBe('app://till');
    expect(shell.headers.vary).toContain('origin');
  });

  it('answers the shell’s preflight with exactly what its requests carry', async () => {
    const answer = await ask('/trpc/visits.topUp', {
      method: 'OPTIONS',
      headers: {
        origin: 'app://till',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,x-taptill-till',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe('app://till');
    expect(answer.headers['access-control-allow-headers']?.split(',')).toEqual(
      expect.arrayContaining(['authorization', 'x-taptill-till', 'content-type', 'last-event-id']),
    );
    const foreign = await ask('/trpc/visits.topUp', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    });
    expect(foreign.status).toBe(403);
  });

  it('a page of another site cannot send a command with its form', async () => {
    const form = {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' },
    };
    expect((await ask('/trpc/session.signIn', form, '{}')).status).toBe(403);
  });

  it('serves the page with a strict policy, its screens under the same page, and nothing beside the folder', async () => {
    for (const path of ['/', '/visits/7', '/index.html']) {
      const page = await ask(path);
      expect(page.status).toBe(200);
      expect(page.body).toContain('<title>Taptill');
      expect(page.headers['content-security-policy']).toMatch(
        /default-src 'none'.*script-src 'self';.*frame-ancestors 'none'/,
      );
      expect(page.headers['x-content-type-options']).toBe('nosniff');
      expect(page.headers['set-cookie']).toBeUndefined();
    }
    expect((await ask('/assets/index-0a1b2c3d.js')).headers['cache-control']).toContain('immutable');
    for (const path of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/..%5c..%5csecret.txt',
      '/%00.html',
      '/%zz.js',
      '/nothing.js',
    ])
      expect((await ask(path)).status, path).toBe(404);
    expect((await ask('/', { method: 'POST' })).status).toBe(404);
  });

  it('refuses a body above the limit in advance, and one of unknown length while it comes', async () => {
    const announced = await ask(
      '/trpc/visits.topUp',
      { method: 'POST', headers: { 'content-length': 100_000_000 } },
      '{',
    ).catch(() => undefined);
    if (announced) expect([announced.status, problem(announced).code]).toEqual([413, 'request.too_large']);
    const chunked = await ask(
      '/trpc/session.signIn',
      { method: 'POST', headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } },
      Buffer.alloc(1_500_000, 97),
    );
    expect([chunked.status, problem(chunked).code]).toEqual([413, 'request.too_large']);
  });

  it('says so when the headers are too large or nothing of HTTP came', async () => {
    const raw = (text: string): Promise<string> =>
      new Promise((resolve) => {
        let answer = '';
        const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => (answer += chunk.toString()));
        socket.on('close', () => resolve(answer));
      });
    const large = await raw(
      `GET ${OPERATORS}?input=${'a'.repeat(20_000)} HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\n\r\n`,
    );
    expect(large).toContain('431');
    expect(large).toContain('request.too_large');
    expect(await raw(`GET / HTTP/1.0\r\n\r\n`)).toContain('request.foreign');
    expect(await raw('\x16\x03\x01 hello\r\n\r\n')).toContain('input.invalid');
  });

  it.each([
    [
      'a path that is no procedure',
      '/trpc/visits.destroy',
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      404,
    ],
    ['a query where a command belongs', '/trpc/session.signIn', {}, 405],
    [
      'JSON that is none',
      '/trpc/session.signIn',
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      400,
    ],
    [
      'another content type',
      '/trpc/session.signIn',
      { method: 'POST', headers: { 'content-type': 'text/xml' } },
      415,
    ],
    ['a path that is nowhere', '/trpc/..%2f..%2f', {}, 404],
    ['a prototype’s property', '/trpc/__proto__.toString', {}, 404],
  ])('answers %s with a code and what to do', async (_name, path, options, status) => {
    const answer = await ask(path, options, 'method' in options ? '{"oops"' : undefined);
    expect(answer.status).toBe(status);
    expect(problem(answer).code).toBe('input.invalid');
    expect(errorText(problem(answer).code, problem(answer).params).en.length).toBeGreaterThan(20);
    expect(answer.body).not.toMatch(/stack|at .*\.ts/);
  });

  it('a deep JSON is refused as any wrong input', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const answer = await ask(
      '/trpc/session.signIn',
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      deep,
    );
    expect(answer.status).toBe(400);
  });

  it('an input that is wrong is answered by codes and paths, and never repeated', async () => {
    const answer = await ask(
      '/trpc/session.signIn',
      { method: 'POST', headers: { 'content-type': 'application/json' } },
      JSON.stringify({ operator_id: 'Вася<script>', pin: '12' }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain('Вася');
    expect(problem(answer)).toMatchObject({
      code: 'input.invalid',
      issues: [
        { code: 'invalid_type', path: 'operator_id' },
        { code: 'invalid_format', path: 'pin' },
      ],
    });
  });

  it('nothing of all this was unexpected', async () => {
    expect(await tillClient(server.url).session.operators.query()).toMatchObject({ setup_needed: true });
    expect(server.unexpected).toEqual([]);
  });
});
