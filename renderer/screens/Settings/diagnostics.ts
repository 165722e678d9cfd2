import type { AboutWire } from '#domain/protocol/about';
import type { NodeRow } from '#domain/protocol/equipment';
import type { FlagRow, SettingsWire } from '#domain/protocol/settings';
import type { BoardWire } from '#domain/protocol/till';
import type { Section } from './fields.ts';

export interface Diagnosed {
  about: AboutWire;
  board: BoardWire;
  nodes: NodeRow[];
  flags: FlagRow[];
  settings: Pick<SettingsWire, Section>;
  screen: Record<string, string | null>;
  at: string;
}

/**
 * What an engineer needs to look at a till from afar. Each value is named here: no guest, no member of staff, no card, no token
 * and no free text that somebody typed gets in because it was added elsewhere.
 */
export function diagnosticsOf({ about, board, nodes, flags, settings, screen, at }: Diagnosed): string {
  const { backup, ...versions } = about;
  const taps = board.taps.map((tap) => ({
    number: tap.number,
    status: tap.status,
    phase: tap.phase,
    silent_ms: tap.silent_ms,
    has_keg: tap.keg_id !== null,
    keg_remaining_ml: tap.keg_remaining_ml,
    pending_pours: tap.pending_grant_ids.length,
    cleaning_due: tap.cleaning_due,
  }));
  const { bar } = settings;
  return JSON.stringify(
    {
      written_at: at,
      server_time: board.server_time,
      versions,
      screen,
      backup: { ...backup, problem: backup.problem === null ? null : 'see the till' },
      bar: {
        currency: bar.currency,
        time_zone: bar.time_zone,
        language: bar.language,
        age_limit: bar.age_limit,
      },
      pour: settings.pour,
      till: settings.till,
      money: settings.money,
      service: settings.service,
      flags: flags.map(({ name, enabled, stored, override }) => ({ name, enabled, stored, override })),
      shift_open: board.shift !== null,
      active_visits: board.visits.length,
      open_reviews: board.open_reviews,
      emergency_stop: board.emergency_stop,
      reader: board.reader.state,
      taps,
      nodes: nodes.map((node) => ({
        node_id: node.node_id,
        state: node.state,
        taps: node.tap_numbers,
        software: node.software,
        protocol_version: node.protocol_version,
        queue_depth: node.queue_depth,
        silent_ms: node.silent_ms,
        certificate_expires_at: node.certificate_expires_at,
      })),
    },
    null,
    2,
  );
}
