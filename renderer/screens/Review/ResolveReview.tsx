import { useQuery } from '@tanstack/react-query';
import { IconCashBanknote, IconReceipt } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resolution } from '#domain/review/states';
import { showNotice } from '../../app/notices.ts';
import { goTo } from '../../app/router.ts';
import { sessionStore } from '../../app/session.ts';
import { useApproval } from '../../app/useApproval.ts';
import { useProblemText } from '../../app/useProblemText.ts';
import { ApprovalFields } from '../../components/ApprovalFields.tsx';
import { Facts } from '../../components/Bits.tsx';
import { ReasonPicker } from '../../components/Choice.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import money from '../../components/Money.module.css';
import { client, trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { queryClient } from '../../lib/queryClient.ts';
import { useStore } from '../../lib/store.ts';
import { useAction, useRequestId } from '../../lib/useAction.ts';
import { adjustLabel } from './ReviewItem.tsx';

export interface ResolveReviewProps {
  review_id: number;
  resolution: Resolution;
  onClose: () => void;
}

/** Why it stays or why money moves; an adjustment always has a shift lead's PIN, whoever is signed in. */
export function ResolveReview({ review_id, resolution, onClose }: ResolveReviewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const { data: item } = useQuery(trpc.reviews.get.queryOptions({ review_id }));
  const form = useResolve(review_id, resolution, onClose);
  const difference = item?.compare?.difference_minor ?? 0;
  const adjust = resolution === 'adjust';
  const reasons = adjust
    ? [t('review.reason.meter'), t('review.reason.typo')]
    : [t('review.reason.seen'), t('review.reason.small'), t('review.reason.hand')];
  return (
    <Dialog
      title={t(adjust ? 'review.adjustTitle' : 'review.keepTitle')}
      subtitle={item ? t(`review.kind.${item.kind}`) : undefined}
      onClose={onClose}
      problem={problemText(form.action.problem)}
      confirm={{
        label: adjust ? adjustLabel(t, format.money, difference) : t('review.keepConfirm'),
        blocked: form.blocked,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-resolve-review"
    >
      <div className={money['stack']}>
        <Facts
          facts={[
            {
              icon: <IconCashBanknote size={20} />,
              text: t(
                !adjust ? 'review.keepMoney' : difference < 0 ? 'review.giveMoney' : 'review.takeMoney',
              ),
            },
            { icon: <IconReceipt size={20} />, text: t('review.stays') },
          ]}
        />
        <ReasonPicker reasons={reasons} value={form.reason} onChange={form.setReason} autoFocus />
        {form.needsPin && <ApprovalFields approval={form.approval} />}
      </div>
    </Dialog>
  );
}

function useResolve(review_id: number, resolution: Resolution, onClose: () => void) {
  const { t } = useTranslation();
  const request_id = useRequestId();
  const approval = useApproval();
  const [reason, setReason] = useState('');
  const cashier = useStore(sessionStore)?.operator.role === 'cashier';
  const needsPin = cashier || resolution === 'adjust';
  const action = useAction({
    send: () =>
      client.reviews.resolve.mutate({
        request_id,
        review_id,
        resolution,
        reason: reason.trim(),
        approval: needsPin ? approval.given : null,
      }),
    done: () => {
      void queryClient.invalidateQueries();
      goTo({ screen: 'review', view: 'open', chosen: null });
      window.setTimeout(() => showNotice({ kind: 'say', text: t('review.done') }));
      onClose();
    },
    failed: () => void queryClient.invalidateQueries({ queryKey: trpc.reviews.pathKey() }),
  });
  const blocked =
    reason.trim() === '' ? t('reason.needed') : needsPin && !approval.complete ? t('approval.needed') : null;
  return { reason, setReason, approval, needsPin, blocked, action };
}
