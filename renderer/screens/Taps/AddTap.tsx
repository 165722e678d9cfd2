import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { openDialog } from '../../app/dialogs.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { client } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction } from '../../lib/useAction.ts';

/** A tap is a number at the bar; then it is connected and gets a keg. */
export function AddTap({ board, onClose }: { board: BoardWire; onClose: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [text, setText] = useState(() => String(firstFree(board.taps.map((tap) => tap.number))));
  const number = Number(text);
  const taken = board.taps.some((tap) => tap.number === number);
  const action = useAction({
    send: () => client.taps.create.mutate({ number }),
    done: ({ tap_id }) => {
      void queryClient.invalidateQueries();
      openDialog({ kind: 'connectTap', tap_id });
    },
  });
  return (
    <Dialog
      title={t('taps.add')}
      onClose={onClose}
      problem={problemText(action.problem)}
      confirm={{
        label: t('taps.addConfirm', { number: text }),
        blocked: taken ? t('taps.taken') : number >= 1 && number <= 99 ? null : t('taps.numberFirst'),
        busy: action.busy,
        onConfirm: () => action.run(undefined),
      }}
      testId="dialog-add-tap"
    >
      <Field
        label={t('taps.number')}
        value={text}
        onChange={(value) => setText(value.replace(/\D/g, '').slice(0, 2))}
        size="large"
        inputMode="numeric"
        autoFocus
        hint={t('taps.numberHint')}
      />
    </Dialog>
  );
}

function firstFree(taken: number[]): number {
  let number = 1;
  while (taken.includes(number)) number += 1;
  return number;
}
