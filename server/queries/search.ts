import type { SearchAnswer } from '#domain/protocol/till';
import { readQuery } from '#domain/visit/readQuery';
import type { Reading } from '#domain/visit/readQuery';
import { query as sql } from '../db/query.ts';
import type { Deps } from '../services/support/deps.ts';
import { visitRowsById } from './visitRows.ts';

const SHOWN = 20;
/** A code comes round again after a thousand pours of its tap: only the newest few can be meant. */
const SHOWN_OF_CODE = 3;
type Found = { visit_ids: number[]; guests: SearchAnswer['guests'] };

/** The server decides what the query is: the first reading that finds something, or the last one. */
export async function search(deps: Pick<Deps, 'sequelize'>, input: { query: string }): Promise<SearchAnswer> {
  const readings = readQuery(input.query);
  let found: Found = { visit_ids: [], guests: [] };
  let kind: Reading['kind'] = 'name';
  for (const reading of readings) {
    kind = reading.kind;
    found = await find(deps, reading);
    if (found.visit_ids.length + found.guests.length > 0) break;
  }
  return { kind, visits: await visitRowsById(deps.sequelize, found.visit_ids), guests: found.guests };
}

async function find(deps: Pick<Deps, 'sequelize'>, reading: Reading): Promise<Found> {
  switch (reading.kind) {
    case 'short_id':
      return visitsOf(
        deps,
        'SELECT DISTINCT visit_id FROM grants WHERE short_id = $1 ORDER BY visit_id DESC',
        reading.short_id,
        SHOWN_OF_CODE,
      );
    case 'card':
      return visitsOf(
        deps,
        `SELECT vc.visit_id FROM visit_cards vc JOIN cards c ON c.id = vc.card_id WHERE c.uid = $1 AND vc.ended_at IS NULL`,
        reading.uid,
      );
    case 'visit_number':
      return visitsOf(deps, 'SELECT id AS visit_id FROM visits WHERE id = $1', reading.visit_id);
    case 'phone':
      return people(deps, `reverse(g.phone) LIKE $1`, [`${[...reading.tail].reverse().join('')}%`]);
    case 'name':
      return people(deps, `name_grams(g.name_search) @> $2::text[] AND g.name_search LIKE '%' || $1`, [
        `${escapeLike(reading.name)}%`,
        gramsOf(reading.name),
      ]);
  }
}

async function visitsOf(
  deps: Pick<Deps, 'sequelize'>,
  text: string,
  value: string | number,
  limit = SHOWN,
): Promise<Found> {
  const rows = await sql<{ visit_id: number }>(deps.sequelize, `${text} LIMIT ${limit}`, [value]);
  return { visit_ids: rows.map((row) => row.visit_id), guests: [] };
}

type Person = SearchAnswer['guests'][number] & { visit_id: number | null };

/** Guests who fit: those who are here by their visit, the others by themselves. Who begins with the query comes first. */
async function people(
  deps: Pick<Deps, 'sequelize'>,
  condition: string,
  bind: readonly [pattern: string, ...rest: unknown[]],
): Promise<Found> {
  const rows = await sql<Person>(
    deps.sequelize,
    `SELECT g.id AS guest_id, g.name, right(g.phone, 4) AS phone_tail, a.balance_minor,
       g.age_confirmed_at IS NOT NULL AS age_confirmed, g.blocked_at IS NOT NULL AS blocked, v.id AS visit_id
     FROM guests g JOIN guest_accounts a ON a.guest_id = g.id
     LEFT JOIN visits v ON v.guest_id = g.id AND v.state = 'active'
     WHERE ${condition} ORDER BY v.id IS NULL, coalesce(g.name_search LIKE $1, false) DESC, g.name, g.id LIMIT ${SHOWN}`,
    bind,
  );
  const here = rows.filter((row) => row.visit_id !== null);
  return {
    visit_ids: here.map((row) => row.visit_id ?? 0),
    guests: rows
      .filter((row) => row.visit_id === null)
      .map(({ guest_id, name, phone_tail, balance_minor, age_confirmed, blocked }) => ({
        guest_id,
        name,
        phone_tail,
        balance_minor,
        age_confirmed,
        blocked,
      })),
  };
}

/** Parts of the query of at most three letters, a few of them: what the index of names looks for before LIKE has the last word. */
function gramsOf(name: string): string[] {
  const letters = [...name];
  const last = Math.max(0, letters.length - 3);
  const starts = new Set([0, Math.floor(last / 2), last]);
  return [...starts].map((start) => letters.slice(start, start + 3).join('')).filter(Boolean);
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');
