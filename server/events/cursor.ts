/** Where a reader stands in the events: the transaction's id gives the order, the row's id the order within it. */
export interface Position {
  /** xid8 as text: it outgrows a double */
  readonly xid: string;
  readonly id: number;
}

export const BEGINNING: Position = { xid: '0', id: 0 };

export function isAfter(a: Position, b: Position): boolean {
  const difference = BigInt(a.xid) - BigInt(b.xid);
  return difference > 0n || (difference === 0n && a.id > b.id);
}

/** `<incarnation>:<xid>:<id>`: a cursor means nothing in another life of the database. */
export const writeCursor = (incarnation: string, at: Position): string => `${incarnation}:${at.xid}:${at.id}`;

/** Undefined when there is none, when it is of another incarnation, or when it is no cursor. */
export function readCursor(text: string | null | undefined, incarnation: string): Position | undefined {
  const [life, xid = '', id = '', ...rest] = (text ?? '').split(':');
  if (life !== incarnation || rest.length > 0) return undefined;
  if (!/^\d{1,20}$/.test(xid) || !/^\d{1,15}$/.test(id) || BigInt(xid) > 2n ** 63n) return undefined;
  return { xid, id: Number(id) };
}
