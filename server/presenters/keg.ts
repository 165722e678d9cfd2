import type { KegWire } from '#domain/protocol/equipment';

type KegRead = Omit<KegWire, 'received_at' | 'opened_at'> & { received_at: Date; opened_at: Date | null };

export function presentKeg(row: KegRead): KegWire {
  const { received_at, opened_at } = row;
  return { ...row, received_at: received_at.toISOString(), opened_at: opened_at?.toISOString() ?? null };
}
