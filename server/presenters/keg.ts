import type { KegWire } from '#domain/protocol/equipment';

export function presentKeg(row: Omit<KegWire, 'received_at'> & { received_at: Date }): KegWire {
  return { ...row, received_at: row.received_at.toISOString() };
}
