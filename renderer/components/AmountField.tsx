import type { KeyboardEvent } from 'react';
import { entryOf, typeKey } from '../lib/entry.ts';
import type { Entry } from '../lib/entry.ts';
import { Field } from './Field.tsx';

export interface AmountFieldProps {
  label: string;
  entry: Entry;
  /** the figure as it is shown, with its unit */
  shown: string;
  decimals?: boolean;
  autoFocus?: boolean;
  onEntry: (entry: Entry) => void;
  onFocus?: () => void;
  hint?: string;
  wrong?: string | null;
  testId?: string;
}

/** A figure that keys, pad and a pasted text all fill; what is shown always has its unit. */
export function AmountField(props: AmountFieldProps) {
  const { entry, decimals = true } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length !== 1 && event.key !== 'Backspace') return;
    event.preventDefault();
    props.onEntry(typeKey(entry, event.key, decimals));
  };
  const onPasted = (text: string): void =>
    props.onEntry(entryOf(text.replace(decimals ? /[^\d.,]/g : /\D/g, '').replace('.', ',')));
  return (
    <Field
      label={props.label}
      value={props.shown}
      size="amount"
      inputMode="none"
      autoFocus={props.autoFocus}
      onChange={onPasted}
      onKeyDown={onKeyDown}
      onFocus={props.onFocus}
      hint={props.hint}
      wrong={props.wrong}
      testId={props.testId}
    />
  );
}
