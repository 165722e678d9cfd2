import {
  IconBuildingStore,
  IconCreditCard,
  IconId,
  IconLock,
  IconSearch,
  IconShieldCheck,
  IconX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { BoardWire } from '#domain/protocol/till';
import { cardTail } from '#domain/texts/format';
import { closeDialog, openDialog } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { goTo } from '../../app/router.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Steps, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Choice } from '../../components/Choice.tsx';
import type { ChoiceOption } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field, Tick } from '../../components/Field.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { useFormat } from '../../lib/format.tsx';
import classes from './OpenVisit.module.css';
import { useOpenVisit } from './useOpenVisit.ts';
import type { OpenVisitForm, OpenVisitStart, Who } from './useOpenVisit.ts';

export interface OpenVisitProps extends OpenVisitStart {
  board: BoardWire;
  onClose: () => void;
}

export function OpenVisit({ board, onClose, ...start }: OpenVisitProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const form = useOpenVisit(start, onClose);
  const blocked = !form.needsAge || form.aged ? null : t('open.ageFirst');
  const withCard = form.card_uid !== null;
  return (
    <Dialog
      title={t('open.title')}
      aside={<Steps names={[t('step.guest'), t('step.card'), t('step.money')]} at={0} />}
      size={780}
      onClose={onClose}
      problem={problemText(form.action.problem, 'open.unreachable')}
      beside={
        !withCard && (
          <Button
            size="money"
            tone="outline"
            busy={form.action.busy}
            blocked={blocked && ''}
            onPress={() => form.open(false)}
            testId="open-without-card"
          >
            {t('open.withoutCard')}
          </Button>
        )
      }
      confirm={{
        label: withCard ? t('visit.open') : t('open.next'),
        blocked,
        busy: form.action.busy,
        onConfirm: () => form.open(true),
      }}
      testId="dialog-open-visit"
    >
      <div className={classes['stack']}>
        {form.card_uid !== null && <CardLine uid={form.card_uid} onDrop={form.dropCard} />}
        {form.notACard && <Warning fact={t('open.notACard')}>{t('card.layAgain')}</Warning>}
        <Field
          label={t('open.who')}
          value={form.query}
          onChange={form.setQuery}
          size="large"
          icon={<IconSearch size={24} />}
          maxLength={80}
          autoFocus
          testId="guest-query"
        />
        <Guests form={form} age_limit={board.bar.age_limit} />
        <NewGuest form={form} age_limit={board.bar.age_limit} />
        {form.query.trim() === '' && (
          <div>
            <Button
              icon={<IconBuildingStore size={20} />}
              onPress={() => openDialog({ kind: 'openHouse', card_uid: form.card_uid })}
              testId="open-house"
            >
              {t('house.action')}
            </Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function CardLine({ uid, onDrop }: { uid: string; onDrop: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes['card']} role="status">
      <IconCreditCard size={24} />
      <span className="space">{t('open.withCard', { tail: cardTail(uid) })}</span>
      <Button size="row" square label={t('open.dropCard')} icon={<IconX size={20} />} onPress={onDrop} />
    </div>
  );
}

function Aged({ confirmed, age_limit }: { confirmed: boolean | undefined; age_limit: number }) {
  const { t } = useTranslation();
  if (confirmed === undefined) return null;
  return confirmed ? (
    <StateBadge tone="outline" icon={<IconShieldCheck size={16} />}>
      {t('visit.ageChecked', { age: age_limit })}
    </StateBadge>
  ) : (
    <StateBadge tone="attention" icon={<IconId size={16} />}>
      {t('visit.ageUnchecked')}
    </StateBadge>
  );
}

function Guests({ form, age_limit }: { form: OpenVisitForm; age_limit: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const guestName = useGuestName();
  const name = form.query.trim();
  const options: ChoiceOption[] = form.guests.map((guest) => ({
    value: `guest:${guest.guest_id}`,
    title: guestName({ guest_name: guest.name, guest_id: guest.guest_id }),
    note: [
      guest.phone_tail === null ? null : format.phone(guest.phone_tail),
      t('open.onAccount', { sum: format.money(guest.balance_minor) }),
      guest.blocked === true ? t('refused.guest_blocked').toLowerCase() : null,
    ]
      .filter(Boolean)
      .join(' · '),
    aside: age_limit > 0 && <Aged confirmed={guest.age_confirmed} age_limit={age_limit} />,
  }));
  if (name !== '') options.push({ value: 'new', title: t('open.newGuest', { name }) });
  options.push({ value: 'anonymous', title: t('open.anonymous') });
  return (
    <>
      <Choice
        label={t('open.who')}
        columns={1}
        value={form.who}
        options={options}
        onChange={(who) => form.setWho(who as Who)}
      />
      {form.busy.map((visit) => (
        <div key={visit.visit_id} className={classes['busy']}>
          <IconLock size={20} />
          <span className="space cut" data-cut="guest-in-choice">
            {guestName(visit)} <span className="dim">· {t('open.hasVisit', { number: visit.visit_id })}</span>
          </span>
          <Button
            size="row"
            onPress={() => {
              goTo({ screen: 'visits', visit_id: visit.visit_id });
              closeDialog();
            }}
          >
            {t('open.goTo')}
          </Button>
        </div>
      ))}
    </>
  );
}

function NewGuest({ form, age_limit }: { form: OpenVisitForm; age_limit: number }) {
  const { t } = useTranslation();
  return (
    <div className={classes['new']}>
      {form.who === 'new' && (
        <Field
          label={t('open.phone')}
          value={form.phone}
          onChange={form.setPhone}
          inputMode="tel"
          maxLength={30}
          placeholder={t('open.phoneHint')}
          testId="phone"
        />
      )}
      {form.needsAge && (
        <Tick
          label={t('open.aged', { age: age_limit })}
          checked={form.aged}
          onChange={form.setAged}
          testId="aged"
        />
      )}
    </div>
  );
}
