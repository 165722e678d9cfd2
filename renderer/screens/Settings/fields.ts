import { CASH_STEPS } from '#domain/ledger/cashRounding';
import { barChange, CURRENCIES, pourChange, tillChange } from '#domain/settings';
import { PRINTER_COLUMNS, PRINTER_COMMANDS, PRINTER_TARGETS, printerChange } from '#domain/receipt/printer';
import { moneyChange, SERVICE_UNITS, serviceChange } from '#domain/moneySettings';
import { leaseOutlivesPour } from '#domain/grant/times';
import type { SettingsWire } from '#domain/protocol/settings';

export const SECTIONS = ['bar', 'pour', 'service', 'money', 'till', 'printer'] as const;
export type Section = (typeof SECTIONS)[number];

/** How a value is shown and typed; `scale` says how many stored units one shown unit has. */
export type Kind =
  | { as: 'text' }
  | {
      as: 'number';
      unit: 'ml' | 's' | 'min' | 'days' | 'months' | 'grams' | 'percent' | 'age' | 'port';
      scale: number;
    }
  | { as: 'money' }
  | { as: 'switch' }
  | { as: 'choice'; options: readonly (string | number)[] }
  | { as: 'zone' };

/** One line of the screen; `path` is a name, or a name and one of its parts. */
export interface SettingField {
  path: string;
  kind: Kind;
}

const number = (unit: Extract<Kind, { as: 'number' }>['unit'], scale = 1): Kind => ({
  as: 'number',
  unit,
  scale,
});
const seconds = number('s', 1000);
const ml = number('ml');

export const FIELDS: Record<Section, readonly SettingField[]> = {
  bar: [
    { path: 'name', kind: { as: 'text' } },
    { path: 'age_limit', kind: number('age') },
    { path: 'language', kind: { as: 'choice', options: ['ru', 'en'] } },
    { path: 'time_zone', kind: { as: 'zone' } },
    { path: 'currency', kind: { as: 'choice', options: CURRENCIES } },
  ],
  pour: [
    { path: 'max_pour_ml', kind: ml },
    { path: 'min_pour_ml', kind: ml },
    { path: 'first_flush_ml', kind: ml },
    { path: 'keg_allowance_percent', kind: number('percent') },
    { path: 'start_window_ms', kind: seconds },
    { path: 'pour_cap_ms', kind: seconds },
    { path: 'lease_ms', kind: seconds },
    { path: 'idle_ms', kind: seconds },
    { path: 'grace_ms', kind: seconds },
    { path: 'daily_limit_ml', kind: ml },
  ],
  service: [
    { path: 'unit', kind: { as: 'choice', options: SERVICE_UNITS } },
    { path: 'limit_grams', kind: number('grams') },
    { path: 'warn_percent', kind: number('percent') },
  ],
  money: [
    { path: 'debt_refuses', kind: { as: 'switch' } },
    { path: 'debt_from_top_up', kind: { as: 'switch' } },
    { path: 'comp_ml_per_day.cashier', kind: ml },
    { path: 'comp_ml_per_day.shift_lead', kind: ml },
    { path: 'comp_ml_per_day.engineer', kind: ml },
    { path: 'house_ml_per_day.tasting', kind: ml },
    { path: 'house_ml_per_day.staff', kind: ml },
    { path: 'house_ml_per_day.quality', kind: ml },
    { path: 'house_ml_per_day.training', kind: ml },
  ],
  till: [
    { path: 'idle_lock_s', kind: number('min', 60) },
    { path: 'cash_step_minor', kind: { as: 'choice', options: CASH_STEPS } },
    { path: 'cash_difference_limit_minor', kind: { as: 'money' } },
    { path: 'receipt_language', kind: { as: 'choice', options: ['bar', 'ru', 'en'] } },
    { path: 'vat_permille', kind: number('percent', 10) },
    { path: 'low_keg_ml', kind: ml },
    { path: 'low_keg_minutes', kind: number('min') },
    { path: 'cleaning_days', kind: number('days') },
    { path: 'retention_months', kind: number('months') },
    { path: 'unclaimed_days', kind: number('days') },
  ],
  printer: [
    { path: 'target', kind: { as: 'choice', options: PRINTER_TARGETS } },
    { path: 'host', kind: { as: 'text' } },
    { path: 'port', kind: number('port') },
    { path: 'path', kind: { as: 'text' } },
    { path: 'columns', kind: { as: 'choice', options: PRINTER_COLUMNS } },
    { path: 'letters', kind: { as: 'choice', options: ['text', 'picture'] } },
    { path: 'command', kind: { as: 'choice', options: PRINTER_COMMANDS } },
    { path: 'opens_drawer', kind: { as: 'switch' } },
    { path: 'prints_top_ups', kind: { as: 'switch' } },
    { path: 'prints_refunds', kind: { as: 'switch' } },
    { path: 'prints_visits', kind: { as: 'switch' } },
    { path: 'prints_z', kind: { as: 'switch' } },
  ],
};

type Value = string | number | boolean | null;
type Values = Readonly<Record<string, unknown>>;
/** What has been typed or chosen, by path; what is not in it stands as it was. */
export type Draft = Readonly<Record<string, string>>;

const CHANGES = {
  bar: barChange,
  pour: pourChange,
  service: serviceChange,
  money: moneyChange,
  till: tillChange,
  printer: printerChange,
} as const;

function valueAt(values: Values, path: string): Value {
  const [name = '', part] = path.split('.');
  const value = values[name];
  if (part === undefined) return (value ?? null) as Value;
  return ((value as Values | undefined)?.[part] ?? null) as Value;
}

/** As a person would type it. */
export function textOf(value: Value, kind: Kind): string {
  if (kind.as === 'switch') return value === true ? 'on' : 'off';
  if (kind.as === 'choice' && value === null) return 'bar';
  if (typeof value !== 'number') return String(value ?? '');
  const shown = kind.as === 'money' ? value / 100 : kind.as === 'number' ? value / kind.scale : value;
  return String(shown).replace('.', ',');
}

/** null: not a figure that this setting can take. */
export function readText(text: string, kind: Kind): Value | undefined {
  if (kind.as === 'switch') return text === 'on';
  if (kind.as === 'choice')
    return text === 'bar' ? null : kind.options.find((option) => String(option) === text);
  if (kind.as === 'text' || kind.as === 'zone') return text.trim();
  if (!/^\d{1,9}([.,]\d{1,2})?$/.test(text.trim())) return undefined;
  const scaled = Number(text.trim().replace(',', '.')) * (kind.as === 'money' ? 100 : kind.scale);
  const whole = Math.round(scaled);
  return Math.abs(scaled - whole) < 1e-6 ? whole : undefined;
}

export type Wrong =
  { wrong: 'not_a_figure' | 'empty' | 'lease' } | { wrong: 'too_big' | 'too_small'; bound: string };

export interface SectionForm {
  /** by path: as it was and as it stands in the form */
  shown: ReadonlyMap<string, string>;
  wrong: ReadonlyMap<string, Wrong>;
  /** the paths that differ from what holds now */
  changed: readonly string[];
  /** for the server; null while something is wrong or nothing is changed */
  values: Values | null;
}

/** The form of a section: what is shown, what is wrong with it, and what would be sent. */
export function sectionForm(
  section: Section,
  settings: Pick<SettingsWire, Section>,
  draft: Draft,
): SectionForm {
  const before: Values = settings[section];
  const shown = new Map<string, string>();
  const wrong = new Map<string, Wrong>();
  const changed: string[] = [];
  const after: Record<string, unknown> = {};
  for (const { path, kind } of FIELDS[section]) {
    const old = valueAt(before, path);
    const text = draft[path] ?? textOf(old, kind);
    shown.set(path, text);
    const value = readText(text, kind);
    if (value === undefined) wrong.set(path, { wrong: 'not_a_figure' });
    if (value === undefined || value === old) continue;
    changed.push(path);
    put(after, before, { path, value });
  }
  for (const [path, one] of boundsOf(section, after)) wrong.set(path, one);
  if (section === 'pour' && !leaseOutlivesPour({ ...settings.pour, ...after }))
    wrong.set('lease_ms', { wrong: 'lease' });
  return { shown, wrong, changed, values: changed.length > 0 && wrong.size === 0 ? after : null };
}

function put(
  after: Record<string, unknown>,
  before: Values,
  { path, value }: { path: string; value: Value },
) {
  const [name = '', part] = path.split('.');
  if (part === undefined) after[name] = value;
  else after[name] = { ...((after[name] ?? before[name]) as object), [part]: value };
}

/** What the server would refuse, said before it is asked. */
function boundsOf(section: Section, after: Values): [string, Wrong][] {
  const parsed = CHANGES[section].safeParse(after);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => {
    const path = issue.path.join('.');
    const kind = FIELDS[section].find((field) => field.path === path)?.kind ?? { as: 'text' };
    if (issue.code === 'too_small' && kind.as === 'text') return [path, { wrong: 'empty' }];
    if (issue.code === 'too_small')
      return [path, { wrong: 'too_small', bound: textOf(Number(issue.minimum), kind) }];
    if (issue.code === 'too_big')
      return [path, { wrong: 'too_big', bound: textOf(Number(issue.maximum), kind) }];
    return [path, { wrong: 'not_a_figure' }];
  });
}
