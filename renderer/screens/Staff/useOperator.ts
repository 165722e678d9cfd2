import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { canonicalUid } from '#domain/card/uid';
import type { StaffRow } from '#domain/protocol/staff';
import type { Role } from '#domain/staff/roles';
import { showNotice } from '../../app/notices.ts';
import { client, trpc } from '../../lib/api.ts';
import { queryClient } from '../../lib/queryClient.ts';
import { useCards } from '../../lib/cards.ts';
import { requestId } from '../../lib/requestId.ts';
import { useAction } from '../../lib/useAction.ts';
import type { Action } from '../../lib/useAction.ts';
import { missingOf } from './missingOf.ts';
import type { Change, Missing } from './missingOf.ts';

export interface OperatorForm {
  change: Change;
  setChange: (change: Change) => void;
  name: string;
  setName: (name: string) => void;
  role: Role;
  setRole: (role: Role) => void;
  pin: string;
  setPin: (pin: string) => void;
  again: string;
  setAgain: (pin: string) => void;
  reason: string;
  setReason: (reason: string) => void;
  /** what was laid on the reader since this change was chosen */
  card_uid: string | null;
  /** what is not filled in yet */
  missing: Missing | null;
  action: Action<Change>;
}

const digits = (text: string): string => text.replace(/\D/g, '').slice(0, 12);

export function useOperator(who: StaffRow | null, onClose: () => void): OperatorForm {
  const { t } = useTranslation();
  const [key, setKey] = useState(requestId);
  const first: Change =
    who === null ? 'create' : who.active ? (who.locked ? 'unlock' : 'setPin') : 'reactivate';
  const [change, choose] = useState<Change>(first);
  const [name, setName] = useState(who?.name ?? '');
  const [role, setRole] = useState<Role>(who?.role ?? 'cashier');
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [reason, setReason] = useState('');
  const [card_uid, setCardUid] = useState<string | null>(null);
  useCards((read) => {
    const reading = canonicalUid(read);
    setCardUid(reading.ok ? reading.uid : null);
  }, change === 'setCard');
  const on = { request_id: key, operator_id: who?.id ?? 0 };
  const send = (what: Change): Promise<StaffRow> => {
    const given = { name: name.trim(), reason: reason.trim() };
    switch (what) {
      case 'create':
        return client.staff.create.mutate({ request_id: key, name: given.name, role, pin });
      case 'rename':
        return client.staff.rename.mutate({ ...on, name: given.name });
      case 'setPin':
        return client.staff.setPin.mutate({ ...on, pin });
      case 'setCard':
        return client.staff.setCard.mutate({ ...on, card_uid });
      case 'takeCard':
        return client.staff.setCard.mutate({ ...on, card_uid: null });
      case 'unlock':
        return client.staff.unlock.mutate(on);
      case 'setRole':
        return client.staff.setRole.mutate({ ...on, role, reason: given.reason });
      case 'deactivate':
        return client.staff.deactivate.mutate({ ...on, reason: given.reason });
      case 'reactivate':
        return client.staff.reactivate.mutate(on);
    }
  };
  const action = useAction({
    send,
    done: ({ name: done }, what) => {
      void queryClient.invalidateQueries({ queryKey: trpc.staff.pathKey() });
      void queryClient.invalidateQueries({ queryKey: trpc.session.operators.queryKey() });
      window.setTimeout(() => showNotice({ kind: 'say', text: t(`staff.done.${what}`, { name: done }) }));
      onClose();
    },
  });
  return {
    change,
    // another change is another action, with its own key
    setChange: (next) => {
      choose(next);
      setKey(requestId());
      setReason('');
      setCardUid(null);
      action.clear();
    },
    name,
    setName,
    role,
    setRole,
    pin,
    setPin: (text) => setPin(digits(text)),
    again,
    setAgain: (text) => setAgain(digits(text)),
    reason,
    setReason,
    card_uid,
    missing: missingOf({ change, name, pin, again, reason, card_uid }),
    action,
  };
}
