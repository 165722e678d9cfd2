import { useQuery } from '@tanstack/react-query';
import {
  IconArrowRight,
  IconBan,
  IconCashBanknote,
  IconCoins,
  IconDownload,
  IconEdit,
  IconEraser,
  IconPlus,
  IconShieldCheck,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { GuestWire } from '#domain/protocol/guests';
import { openDialog } from '../../app/dialogs.ts';
import type { Owing } from '../../app/dialogs.ts';
import { useGuestName } from '../../app/guestName.ts';
import { showNotice } from '../../app/notices.ts';
import { goTo } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { Figure, Pairs, Warning } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Tick } from '../../components/Field.tsx';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { requestId } from '../../lib/requestId.ts';
import { saveFile } from '../../lib/saveFile.ts';
import { useStore } from '../../lib/store.ts';
import { useAction } from '../../lib/useAction.ts';
import classes from '../Review/Review.module.css';
import own from './Guests.module.css';

/** An answer is the whole guest: it shows at once, and the visits with it. */
export function keepGuest(guest: GuestWire): void {
  queryClient.setQueryData(trpc.guests.get.queryKey({ guest_id: guest.guest_id }), guest);
  void queryClient.invalidateQueries({ queryKey: trpc.visits.pathKey() });
  void queryClient.invalidateQueries({ queryKey: trpc.board.get.queryKey() });
}

/** What the bar knows of one guest, what they have, and what may be done with it. */
export function GuestCard({ guest_id, age_limit }: { guest_id: number; age_limit: number }) {
  const { t } = useTranslation();
  const guestName = useGuestName();
  const { data: guest } = useQuery(trpc.guests.get.queryOptions({ guest_id }, { staleTime: 0 }));
  if (!guest) return <div className={classes['item']} />;
  const erased = guest.erased_at !== null;
  return (
    <div className={classes['item']} data-testid="guest-card">
      <div className={classes['body']}>
        <div className={classes['head']}>
          <div className="space">
            <h1>{guestName({ guest_id, guest_name: guest.name })}</h1>
            <p className={classes['sub']}>
              {erased ? t('guests.erased') : (guest.phone ?? t('guests.noPhone'))}
            </p>
          </div>
          <VisitButton guest={guest} />
        </div>
        {guest.blocked_at !== null && (
          <div className={own['gap']}>
            <Warning fact={t('guests.blocked')}>{guest.blocked_reason}</Warning>
          </div>
        )}
        <Money guest={guest} />
        <Known guest={guest} age_limit={age_limit} />
      </div>
      {!erased && <Actions guest={guest} />}
    </div>
  );
}

const debtOf = (guest: GuestWire): Owing => ({
  guest_id: guest.guest_id,
  guest_name: guest.name,
  debt_minor: guest.receivable_minor,
  active_visit_id: guest.active_visit_id,
});

function VisitButton({ guest }: { guest: GuestWire }) {
  const { t } = useTranslation();
  const { active_visit_id, guest_id } = guest;
  if (active_visit_id !== null)
    return (
      <Button
        icon={<IconArrowRight size={20} />}
        onPress={() => goTo({ screen: 'visits', visit_id: active_visit_id })}
        testId="guest-to-visit"
      >
        {t('precheck.toVisit')}
      </Button>
    );
  if (guest.erased_at !== null || guest.blocked_at !== null) return null;
  return (
    <Button
      tone="primary"
      icon={<IconPlus size={20} />}
      onPress={() => openDialog({ kind: 'openVisit', card_uid: null, query: guest.name ?? '', guest_id })}
      testId="guest-open-visit"
    >
      {t('visit.open')}
    </Button>
  );
}

function Money({ guest }: { guest: GuestWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className={own['figures']}>
      <Figure big label={t('visit.balance')} value={format.money(guest.balance_minor)} />
      {guest.receivable_minor > 0 && (
        <Figure attention label={t('guests.debt')} value={format.money(guest.receivable_minor)} />
      )}
      {guest.receivable_minor > 0 && (
        <Button
          icon={<IconCoins size={20} />}
          onPress={() => openDialog({ kind: 'guestDebt', debt: debtOf(guest) })}
          testId="guest-debt"
        >
          {t('debt.settle')}
        </Button>
      )}
      {guest.unclaimed_minor > 0 && (
        <Figure attention label={t('claim.unclaimed')} value={format.money(guest.unclaimed_minor)} />
      )}
      {guest.unclaimed_minor > 0 && guest.erased_at === null && (
        <Button
          icon={<IconCashBanknote size={20} />}
          onPress={() => openDialog({ kind: 'claimMoney', guest })}
          testId="guest-claim"
        >
          {t('claim.action')}
        </Button>
      )}
      <Figure label={t('guests.visits')} value={format.count(guest.visits)} />
    </div>
  );
}

function Known({ guest, age_limit }: { guest: GuestWire; age_limit: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { guest_id } = guest;
  const problemText = useProblemText();
  const consent = useAction({
    send: (given: boolean) => client.guests.setConsent.mutate({ request_id: requestId(), guest_id, given }),
    done: keepGuest,
  });
  const age = useAction({
    send: () => client.guests.confirmAge.mutate({ request_id: requestId(), guest_id }),
    done: keepGuest,
  });
  const cashier = useStore(sessionStore)?.operator.role === 'cashier';
  const problem = problemText(consent.problem ?? age.problem);
  const day = (at: string | null): string => (at === null ? t('guests.no') : format.day(at.slice(0, 10)));
  return (
    <>
      <Pairs
        pairs={[
          [t('guests.display'), guest.display_name ?? t('guests.no')],
          [t('visit.ageChecked', { age: age_limit }), day(guest.age_confirmed_at)],
          [t('guests.lastVisit'), day(guest.last_visit_at)],
          [t('guests.since'), day(guest.created_at)],
        ]}
      />
      {guest.erased_at === null && (
        <div className={own['ticks']}>
          <Tick
            label={t('guests.consent')}
            checked={guest.consent_at !== null}
            onChange={consent.run}
            testId="guest-consent"
          />
          <Tick
            label={t('staffPrice.tick')}
            checked={guest.staff}
            onChange={() =>
              cashier
                ? showNotice({ kind: 'say', text: t('blocked.not_your_role.instead') })
                : openDialog({ kind: 'staffPrice', guest })
            }
            testId="guest-staff"
          />
          {guest.age_confirmed_at === null && (
            <Button
              wide
              icon={<IconShieldCheck size={20} />}
              busy={age.busy}
              onPress={() => age.run(undefined)}
              testId="guest-age"
            >
              {t('open.aged', { age: age_limit })}
            </Button>
          )}
        </div>
      )}
      <div role="alert">{problem !== null && <Warning fact={problem} />}</div>
    </>
  );
}

function Actions({ guest }: { guest: GuestWire }) {
  const { t } = useTranslation();
  const { guest_id } = guest;
  const cashier = useStore(sessionStore)?.operator.role === 'cashier';
  const lead = cashier
    ? {
        blocked: t('blocked.not_your_role.short'),
        onBlocked: () => showNotice({ kind: 'say', text: t('blocked.not_your_role.instead') }),
      }
    : {};
  const save = useAction({
    send: () => client.guests.export.mutate({ guest_id }),
    done: (data) => saveFile(`guest-${guest_id}.json`, JSON.stringify(data, null, 2), 'application/json'),
    failed: () => showNotice({ kind: 'say', text: t('problem.unreachable') }),
  });
  return (
    <footer className={own['actions']}>
      <Button
        icon={<IconEdit size={20} />}
        onPress={() => openDialog({ kind: 'editGuest', guest })}
        testId="guest-edit"
      >
        {t('guests.edit')}
      </Button>
      <Button
        tone={guest.blocked_at === null ? 'dangerEntry' : 'plain'}
        icon={<IconBan size={20} />}
        onPress={() => openDialog({ kind: 'blockGuest', guest })}
        testId="guest-block"
      >
        {guest.blocked_at === null ? t('guests.block') : t('guests.unblock')}
      </Button>
      <Button
        {...lead}
        icon={<IconDownload size={20} />}
        busy={save.busy}
        onPress={() => save.run(undefined)}
        testId="guest-export"
      >
        {t('guests.export')}
      </Button>
      <Button
        {...lead}
        tone="dangerEntry"
        icon={<IconEraser size={20} />}
        onPress={() => openDialog({ kind: 'eraseGuest', guest })}
        testId="guest-erase"
      >
        {t('guests.erase')}
      </Button>
    </footer>
  );
}
