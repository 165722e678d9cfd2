import { IconNfcOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { Warning } from '../components/Bits.tsx';
import { useStore } from '../lib/store.ts';
import { liveReader } from '../live/events.ts';
import type { ReaderState } from '../live/events.ts';

export function useReader(board: BoardWire): ReaderState {
  return useStore(liveReader) ?? board.reader.state;
}

/** In a dialog that waits for a card: the reader is not there, and what to do instead. */
export function ReaderNote({ board }: { board: BoardWire }) {
  const { t } = useTranslation();
  const state = useReader(board);
  if (state === 'ready') return null;
  return (
    <Warning icon={<IconNfcOff size={24} />} fact={t(`reader.${state}`)}>
      {t(`reader.help.${state}`)}
    </Warning>
  );
}
