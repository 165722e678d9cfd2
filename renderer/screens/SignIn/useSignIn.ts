import { useState } from 'react';
import type { OperatorWire } from '#domain/protocol/till';
import { signedIn } from '../../app/session.ts';
import { client } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useAction } from '../../lib/useAction.ts';

const LAST = 'taptill.operator';
export const SHORTEST_PIN = 4;

/** Who was here last is proposed first; the PIN is always asked. */
export function useSignIn(operators: OperatorWire[]) {
  const [operator_id, setOperator] = useState(() => {
    const last = Number(window.localStorage.getItem(LAST));
    return operators.find((one) => one.id === last)?.id ?? operators[0]?.id ?? 0;
  });
  const [pin, setPinText] = useState('');
  const action = useAction({
    send: () => client.session.signIn.mutate({ operator_id, pin }),
    done: (session) => {
      window.localStorage.setItem(LAST, String(operator_id));
      queryClient.clear();
      signedIn(session);
    },
    failed: () => setPinText(''),
  });
  const setPin = (text: string): void => setPinText(text.replace(/\D/g, '').slice(0, 12));
  return {
    operator_id,
    choose: (id: number) => {
      setOperator(id);
      setPinText('');
      action.clear();
    },
    pin,
    setPin,
    onKey: (key: string) => setPin(key === 'Backspace' ? pin.slice(0, -1) : pin + key),
    short: pin.length < SHORTEST_PIN,
    action,
    submit: () => {
      if (pin.length >= SHORTEST_PIN) action.run(undefined);
    },
  };
}
