import type { z } from 'zod';
import type { ReceivableRow } from '#domain/protocol/corrections';
import type { KegWire } from '#domain/protocol/equipment';
import type { LostCardRow } from '#domain/protocol/cards';
import type { GuestWire } from '#domain/protocol/guests';
import type { PairingWire } from '#domain/protocol/pairing';
import type { PriceRuleWire } from '#domain/protocol/prices';
import type { shiftDocument } from '#domain/protocol/receipts';
import type { FlagRow, SettingsWire } from '#domain/protocol/settings';
import type { StaffRow } from '#domain/protocol/staff';
import type { Resolution } from '#domain/review/states';
import { createStore } from '../lib/store.ts';
import type { SettingsView } from './router.ts';

/** What may be done with a tap beside its pours. */
export type TapDoing = 'clean' | 'endCleaning' | 'disable' | 'enable' | 'reset' | 'takeKegOff';

/** Who owes how much. */
export type Owing = Omit<ReceivableRow, 'since'>;

/** The one dialog that may be open, and whom it concerns. */
export type DialogState =
  | { kind: 'openVisit'; card_uid: string | null; query: string; guest_id: number | null }
  | { kind: 'issueCard' | 'replaceCard'; visit_id: number; card_uid: string | null }
  | { kind: 'topUp' | 'refund' | 'closeVisit' | 'freeCard' | 'reportLost'; visit_id: number }
  | { kind: 'correctPour' | 'debt' | 'raiseLimit' | 'receipt'; visit_id: number }
  | { kind: 'pourByCode'; visit_id: number | null; tap_id: number | null }
  | { kind: 'putKeg'; tap_id: number | null; keg_id: number | null }
  | { kind: 'openHouse'; card_uid: string | null }
  | { kind: 'guestDebt'; debt: Owing }
  | { kind: 'keg'; keg: KegWire }
  | { kind: 'receiveKeg' }
  | { kind: 'connectTap'; tap_id: number | null }
  | { kind: 'silentTap'; tap_id: number }
  | { kind: 'addTap' }
  | { kind: 'revokeNode'; node_id: number; name: string }
  | { kind: 'waiveTaps'; tap_numbers: number[] }
  | { kind: 'walkedOut'; count: number }
  | { kind: 'resolveReview'; review_id: number; resolution: Resolution }
  | { kind: 'editGuest' | 'blockGuest' | 'eraseGuest' | 'claimMoney' | 'staffPrice'; guest: GuestWire }
  | { kind: 'operator'; who: StaffRow | null }
  | {
      kind: 'saveSettings';
      section: Exclude<SettingsView, 'flags' | 'backup' | 'about'>;
      settings: SettingsWire;
      changed: string[];
      values: object;
    }
  | { kind: 'setFlag'; flag: FlagRow }
  | { kind: 'beverage' }
  | { kind: 'priceRule'; rule: PriceRuleWire | null }
  | { kind: 'removeRule'; rule: PriceRuleWire }
  | { kind: 'tapService'; tap_id: number; doing: TapDoing }
  | { kind: 'calibrate'; tap_id: number }
  | { kind: 'pairNode' | 'refuseNode'; pairing: PairingWire }
  | { kind: 'ownPin' }
  | { kind: 'recoveryCode' }
  | { kind: 'openDrawer' }
  | { kind: 'shiftPaper'; document: z.output<typeof shiftDocument>; name: string }
  | { kind: 'moveCash'; direction: 'in' | 'out' }
  | { kind: 'cardFound'; lost: LostCardRow }
  | { kind: 'retireCard'; card_uid: string | null }
  | { kind: 'stopAll' }
  | { kind: 'endStop' };

export interface OpenDialog {
  /** a dialog opened anew is a new action, with a new key */
  serial: number;
  state: DialogState;
}

let serial = 0;
export const dialogStore = createStore<OpenDialog | null>(null);

export function openDialog(state: DialogState): void {
  serial += 1;
  dialogStore.set({ serial, state });
}

export function closeDialog(): void {
  dialogStore.set(null);
}
