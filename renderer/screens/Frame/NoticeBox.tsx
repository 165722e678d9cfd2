import { IconCircleCheck, IconInfoCircle, IconX } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { clearNotice, noticeStore } from '../../app/notices.ts';
import { Button } from '../../components/Button.tsx';
import { cx } from '../../lib/cx.ts';
import { useStore } from '../../lib/store.ts';
import classes from './Frame.module.css';

const SHOWN_MS = { money: 20_000, say: 7_000 };

/** Money received stays until the next action: the cashier is still counting notes. */
export function NoticeBox() {
  const { t } = useTranslation();
  const shown = useStore(noticeStore);
  useEffect(() => {
    if (shown === null) return;
    const timer = window.setTimeout(clearNotice, SHOWN_MS[shown.notice.kind]);
    return () => window.clearTimeout(timer);
  }, [shown]);
  const notice = shown?.notice;
  return (
    <div role="status">
      {notice && (
        <div
          className={cx(classes['notice'], notice.kind === 'money' && classes['received'])}
          data-testid="notice"
        >
          {notice.kind === 'money' ? <IconCircleCheck size={40} /> : <IconInfoCircle size={24} />}
          {notice.kind === 'money' ? (
            <div>
              <h2>{notice.title}</h2>
              {notice.detail !== null && (
                <div className="num">
                  {notice.detail.label} <b>{notice.detail.value}</b>
                </div>
              )}
            </div>
          ) : (
            <p>{notice.text}</p>
          )}
          <Button
            size="row"
            square
            label={t('dialog.close')}
            icon={<IconX size={20} />}
            tone="ghost"
            onPress={clearNotice}
          />
        </div>
      )}
    </div>
  );
}
