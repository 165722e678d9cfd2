import { randomUUID } from 'node:crypto';
import { z } from 'zod';

/** What a generator of wrong inputs reads of a schema. */
interface Shape {
  type?: string;
  format?: string;
  pattern?: string;
  properties?: Record<string, Shape>;
  required?: string[];
  items?: Shape;
  anyOf?: Shape[];
  oneOf?: Shape[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  minItems?: number;
}
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = (string | number)[];

/** An id that nothing has. */
export const NOBODY = 987_654_321;
const HEX = '0123456789abcdef0123456789abcdef';

/** What a field of this name looks like when it is right and names nothing that exists. */
const BY_NAME: Record<string, () => Json> = {
  request_id: () => randomUUID(),
  grant_id: () => randomUUID(),
  client_tx_id: () => HEX,
  flow_id: () => HEX,
  card_uid: () => '04FFFFFFFFFF80',
  uid: () => '04FFFFFFFFFF80',
  pin: () => '0000',
  boot_id: () => 'boot-0001',
  journal_id: () => 'journal-0001',
  secret: () => 'ABCDEFGH23',
  csr: () => 'no request',
  short_id: () => '000000',
  commitment: () => HEX + HEX,
  nonce: () => HEX + HEX,
  number: () => 99,
  tap_number: () => 99,
  lastEventId: () => 'life:1:1',
  time_zone: () => 'Europe/Moscow',
  from_minute: () => 960,
  until_minute: () => 1_080,
};

const BY_FORMAT: Record<string, () => Json> = {
  uuid: () => randomUUID(),
  'date-time': () => '2026-11-24T00:00:00.000Z',
  date: () => '2026-11-24',
};
const BY_PATTERN: Record<string, () => Json> = {
  '^\\d{4,12}$': () => '0000',
  '^\\d{6}$': () => '000000',
  '^[0-9a-f]{32}$': () => HEX,
};

/** An input that the schema takes. @throws when a field has a form that this generator does not know: name it in BY_NAME */
export function exampleOf(schema: z.ZodType): Json {
  const example = build(shapeOf(schema), '');
  const parsed = schema.safeParse(example);
  if (!parsed.success)
    throw new Error(`No example could be made; teach BY_NAME: ${z.prettifyError(parsed.error)}`);
  return example;
}

const shapeOf = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;

function build(shape: Shape, name: string): Json {
  const known = BY_NAME[name];
  if (known) return known();
  const variants = shape.anyOf ?? shape.oneOf;
  if (variants) return build(variants.find(({ type }) => type !== 'null') ?? {}, name);
  if (shape.const !== undefined) return shape.const as Json;
  if (shape.enum) return shape.enum[0] as Json;
  if (shape.type === 'object')
    return Object.fromEntries(
      Object.entries(shape.properties ?? {}).map(([key, inner]) => [key, build(inner, key)]),
    );
  if (shape.type === 'array')
    return Array.from({ length: Math.max(1, shape.minItems ?? 1) }, () =>
      build(shape.items ?? {}, name.replace(/s$/, '')),
    );
  if (shape.type === 'string')
    return (BY_FORMAT[shape.format ?? ''] ?? BY_PATTERN[shape.pattern ?? ''] ?? (() => 'text'))();
  if (shape.type === 'boolean') return true;
  if (shape.type === 'integer' || shape.type === 'number')
    return /(^|_)ids?$/.test(name) ? NOBODY : Math.max(1, shape.minimum ?? 1);
  return null;
}

/** Just under what a request may carry. */
export const MEGABYTE = 'я'.repeat(490_000);

const WRONG: [string, Json][] = [
  ['null', null],
  ['a text', 'text'],
  ['an empty text', ''],
  ['0', 0],
  ['-1', -1],
  ['1.5', 1.5],
  ['2^53', 2 ** 53],
  ['-2^53', -(2 ** 53)],
  ['NaN as text', 'NaN'],
  ['1e309', '@1e309@'],
  ['true', true],
  ['a list', []],
  ['an object', {}],
  ['a list of lists', [[[]]]],
  ['NUL', 'a\u0000b'],
  ['ESC', '\u001b[2J'],
  ['half a surrogate pair', '\ud800'],
  ['SQL', "'; DROP TABLE guests; --"],
  ['HTML', '<img src=x onerror=alert(1)>'],
  ['right-to-left', '\u202eabc'],
  ['a megabyte', MEGABYTE],
];

/** JSON has no way to write infinity but an overflow: the marker becomes the bare number. */
export const toJson = (input: Json): string => JSON.stringify(input).replaceAll('"@1e309@"', '1e309');

export interface Mutant {
  what: string;
  input: Json;
}

/** The example with each field missing, of another type or out of range, and with a field too many, at every depth. */
export function mutantsOf(example: Json): Mutant[] {
  const whole = WRONG.map(([what, input]): Mutant => ({ what: `${what} instead of the input`, input }));
  const paths = pathsOf(example);
  return [
    ...whole,
    ...paths.flatMap((path) => [
      ...(typeof path.at(-1) === 'string'
        ? [{ what: `${path.join('.')} missing`, input: without(example, path) }]
        : []),
      ...WRONG.map(([what, value]) => ({
        what: `${path.join('.')}: ${what}`,
        input: replaced(example, path, value),
      })),
    ]),
    ...objectsOf(example).map((path) => ({
      what: `${path.join('.') || 'input'} with a field too many`,
      input: replaced(example, [...path, 'surprise'], 'text'),
    })),
  ];
}

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return path.length > 0 ? [path] : [];
  const inner = Array.isArray(value) ? value.map((item, i) => [i, item] as const) : Object.entries(value);
  return [
    ...(path.length > 0 ? [path] : []),
    ...inner.flatMap(([key, item]) => pathsOf(item, [...path, key])),
  ];
}

function objectsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Array.isArray(value) ? value.map((item, i) => [i, item] as const) : Object.entries(value);
  return [
    ...(Array.isArray(value) ? [] : [path]),
    ...inner.flatMap(([key, item]) => objectsOf(item, [...path, key])),
  ];
}

function replaced(value: Json, [key, ...rest]: Path, by: Json): Json {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? replaced(item, rest, by) : item));
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [key]: replaced(value[key] ?? null, rest, by) };
}

function without(value: Json, [key, ...rest]: Path): Json {
  if (typeof value !== 'object' || value === null || key === undefined) return value;
  if (Array.isArray(value)) return value.map((item, i) => (i === key ? without(item, rest) : item));
  if (rest.length > 0) return { ...value, [key]: without(value[key] ?? null, rest) };
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
