import type pg from 'pg';

/** The driver speaks COPY on its connection but declares neither these methods nor the messages. */
interface CopyConnection {
  readonly stream: NodeJS.ReadableStream &
    NodeJS.WritableStream & { readonly writableNeedDrain: boolean; destroy(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** What the driver calls on a query of its own kind. */
interface CopyQuery {
  submit(connection: CopyConnection): void;
  handleError(error: Error): void;
  handleCommandComplete(message: { text: string }): void;
  handleReadyForQuery(): void;
  handleCopyInResponse(connection: CopyConnection): void;
  handleCopyData(message: { chunk: Buffer }, connection: CopyConnection): void;
}

const send = (client: pg.Client, query: CopyQuery): void =>
  void client.query(query as unknown as pg.Submittable);

const HIGH_WATER_BYTES = 256 * 1024;

/**
 * The bytes of `COPY … TO STDOUT`, read no faster than they are taken. Whoever stops before the end loses the
 * connection: PostgreSQL cannot be asked to leave a COPY half said.
 */
export async function* copyOut(client: pg.Client, sql: string): AsyncGenerator<Buffer, void, undefined> {
  const rows: Buffer[] = [];
  const state: { bytes: number; ended: boolean; error?: Error; connection?: CopyConnection } = {
    bytes: 0,
    ended: false,
  };
  let wake: () => void = () => undefined;
  send(client, {
    submit: (connection) => {
      state.connection = connection;
      connection.query(sql);
    },
    handleError: (error) => {
      state.error = error;
      state.ended = true;
      wake();
    },
    handleCommandComplete: () => undefined,
    handleReadyForQuery: () => {
      state.ended = true;
      wake();
    },
    handleCopyInResponse: (connection) => connection.sendCopyFail('not a COPY … TO STDOUT'),
    handleCopyData: ({ chunk }, connection) => {
      // The driver reuses the memory of what it hands over.
      rows.push(Buffer.from(chunk));
      state.bytes += chunk.length;
      if (state.bytes > HIGH_WATER_BYTES) connection.stream.pause();
      wake();
    },
  });
  try {
    for (;;) {
      if (rows.length > 0) {
        const bytes = Buffer.concat(rows.splice(0));
        state.bytes = 0;
        yield bytes;
        state.connection?.stream.resume();
      } else if (state.ended) break;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    if (!state.ended) state.connection?.stream.destroy();
  }
  if (state.error) throw state.error;
}

/** Feeds `COPY … FROM STDIN` and answers how many rows PostgreSQL took. @throws what the source or PostgreSQL threw */
export function copyIn(client: pg.Client, sql: string, source: AsyncIterable<Buffer>): Promise<number> {
  return new Promise((resolve, reject) => {
    const state: { rows: number; error?: Error } = { rows: 0 };
    send(client, {
      submit: (connection) => connection.query(sql),
      handleError: (error) => reject(state.error ?? error),
      handleCommandComplete: ({ text }) => (state.rows = Number(text.replace('COPY ', ''))),
      handleReadyForQuery: () => resolve(state.rows),
      handleCopyData: () => undefined,
      handleCopyInResponse: (connection) => {
        feed(connection, source).catch((error: Error) => {
          state.error = error;
          connection.sendCopyFail('the backup could not be read on');
        });
      },
    });
  });
}

async function feed(connection: CopyConnection, source: AsyncIterable<Buffer>): Promise<void> {
  const { stream } = connection;
  for await (const chunk of source) {
    connection.sendCopyFromChunk(chunk);
    if (stream.writableNeedDrain)
      await new Promise<void>((resolve) => {
        const done = (): void => {
          stream.removeListener('drain', done);
          stream.removeListener('close', done);
          resolve();
        };
        stream.on('drain', done);
        stream.on('close', done);
      });
  }
  connection.endCopyFrom();
}
