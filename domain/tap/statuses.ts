export const TAP_STATUSES = ['selling', 'processing_sync', 'cleaning', 'disabled'] as const;
export type TapStatus = (typeof TAP_STATUSES)[number];
