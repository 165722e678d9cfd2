import { useTranslation } from 'react-i18next';
import type { StaffRow } from '#domain/protocol/staff';
import { mayManage } from '#domain/staff/mayManage';
import { ROLES } from '#domain/staff/roles';
import type { Role } from '#domain/staff/roles';
import { cardTail } from '#domain/texts/format';
import { sessionStore } from '../../app/session.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Choice, ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ChoiceField, Field } from '../../components/Field.tsx';
import money from '../../components/Money.module.css';
import { useStore } from '../../lib/store.ts';
import type { Change } from './missingOf.ts';
import type { OperatorForm } from './useOperator.ts';
import { useOperator } from './useOperator.ts';

export interface OperatorProps {
  /** null: somebody new */
  who: StaffRow | null;
  onClose: () => void;
}

/** Somebody new, or one change of somebody who is there. */
export function Operator({ who, onClose }: OperatorProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const form = useOperator(who, onClose);
  const { change } = form;
  return (
    <Dialog
      title={who === null ? t('staff.add') : who.name}
      subtitle={who === null ? undefined : t(`role.${who.role}`)}
      onClose={onClose}
      problem={problemText(form.action.problem)}
      confirm={{
        label: t(`staff.confirm.${change}`),
        tone: change === 'deactivate' ? 'danger' : 'primary',
        blocked: form.missing === null ? null : t(`staff.missing.${form.missing}`),
        busy: form.action.busy,
        onConfirm: () => form.action.run(change),
      }}
      testId="dialog-operator"
    >
      <div className={money['stack']}>
        {who !== null && <Changes who={who} form={form} />}
        <Fields form={form} />
      </div>
    </Dialog>
  );
}

function Changes({ who, form }: { who: StaffRow; form: OperatorForm }) {
  const { t } = useTranslation();
  const mine = useStore(sessionStore)?.operator;
  const all: [Change, boolean][] = [
    ['setPin', who.active],
    ['rename', who.active],
    ['setCard', who.active],
    ['takeCard', who.active && who.card_uid !== null],
    ['unlock', who.active && who.locked],
    ['setRole', who.active && mine?.role === 'engineer'],
    ['deactivate', who.active && who.id !== mine?.id],
    ['reactivate', !who.active],
  ];
  return (
    <Choice
      label={t('staff.what')}
      value={form.change}
      onChange={(change) => form.setChange(change as Change)}
      options={all
        .filter(([, may]) => may)
        .map(([change]) => ({ value: change, title: t(`staff.change.${change}`) }))}
      autoFocus
    />
  );
}

function Fields({ form }: { form: OperatorForm }) {
  const { t } = useTranslation();
  const { change } = form;
  const named = change === 'create' || change === 'rename';
  const withPin = change === 'create' || change === 'setPin';
  return (
    <>
      {named && (
        <Field
          key={change}
          label={t('guests.name')}
          value={form.name}
          onChange={form.setName}
          maxLength={80}
          autoFocus={change === 'create'}
          testId="operator-name"
        />
      )}
      {(change === 'create' || change === 'setRole') && <Roles form={form} />}
      {withPin && (
        <div className={money['two']}>
          <Field
            label={t('staff.newPin')}
            value={form.pin}
            onChange={form.setPin}
            secret
            inputMode="numeric"
            hint={t('setup.pinHint')}
            testId="operator-pin"
          />
          <Field
            label={t('setup.pinAgain')}
            value={form.again}
            onChange={form.setAgain}
            secret
            inputMode="numeric"
            testId="operator-pin-again"
          />
        </div>
      )}
      {change === 'setCard' && <CardHeard uid={form.card_uid} />}
      {change === 'takeCard' && <p>{t('staff.takeCardText')}</p>}
      {change === 'unlock' && <p>{t('staff.unlockText')}</p>}
      {change === 'reactivate' && <p>{t('staff.reactivateText')}</p>}
      {(change === 'deactivate' || change === 'setRole') && (
        <ReasonPicker
          key={change}
          reasons={
            change === 'deactivate'
              ? [t('staff.reason.left'), t('staff.reason.pause')]
              : [t('staff.reason.promoted'), t('staff.reason.other')]
          }
          value={form.reason}
          onChange={form.setReason}
        />
      )}
    </>
  );
}

/** The card that is laid on the reader now becomes theirs: it pours the house's beer and cleans taps. */
function CardHeard({ uid }: { uid: string | null }) {
  const { t } = useTranslation();
  return (
    <>
      <p role="status" data-testid="staff-card">
        {uid === null ? t('staff.layCard') : t('staff.cardRead', { tail: cardTail(uid) })}
      </p>
      <p className="dim">{t('staff.cardText')}</p>
    </>
  );
}

function Roles({ form }: { form: OperatorForm }) {
  const { t } = useTranslation();
  const mine = useStore(sessionStore)?.operator.role ?? 'cashier';
  return (
    <ChoiceField
      label={t('staff.role')}
      value={form.role}
      options={ROLES.filter((role) => mayManage(mine, role)).map((role) => ({
        value: role,
        label: t(`role.${role}`),
      }))}
      onChange={(role) => form.setRole(role as Role)}
      testId="operator-role"
    />
  );
}
