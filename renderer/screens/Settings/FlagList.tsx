import { useQuery } from '@tanstack/react-query';
import { IconServer2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FlagRow } from '#domain/protocol/settings';
import { openDialog } from '../../app/dialogs.ts';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { Page } from '../../components/Page.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { Switch } from '../../components/Switch.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import classes from './Settings.module.css';

/** The seven rules that may be switched off, each with what happens then. */
export function FlagList() {
  const { t } = useTranslation();
  const { data: flags = [] } = useQuery(trpc.flags.list.queryOptions(undefined, { staleTime: 0 }));
  return (
    <Page title={t('settings.group.flags')} testId="settings-flags">
      <p className="dim">{t('flags.intro')}</p>
      {flags.map((flag) => (
        <FlagLine key={flag.name} flag={flag} />
      ))}
    </Page>
  );
}

function FlagLine({ flag }: { flag: FlagRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const role = useStore(sessionStore)?.operator.role;
  const { name, enabled, override } = flag;
  const press = (): void => {
    if (override !== null) showNotice({ kind: 'say', text: t('flags.overrideText', { name }) });
    else if (role === 'cashier') showNotice({ kind: 'say', text: t('blocked.not_your_role.instead') });
    else openDialog({ kind: 'setFlag', flag });
  };
  return (
    <section className={classes['flag']}>
      <div className={classes['words']}>
        <h3>{t(`flags.name.${name}`)}</h3>
        <p className={classes['note']}>
          <b>{t('flags.whenOff')}.</b> {t(`flags.meaning.${name}`)}
        </p>
        {override !== null && (
          <p className={classes['was']}>
            <StateBadge tone="attention" icon={<IconServer2 size={16} />}>
              {t('flags.override')}
            </StateBadge>
          </p>
        )}
        {!enabled && override === null && flag.reason !== null && (
          <p className={classes['was']}>
            {t('flags.since', { when: format.moment(flag.changed_at), reason: flag.reason })}
          </p>
        )}
        <p className={classes['code']}>{name}</p>
      </div>
      <Switch
        label={t(`flags.name.${name}`)}
        on={enabled}
        word={t(enabled ? 'flags.on' : 'flags.off')}
        blocked={override !== null || role === 'cashier'}
        onPress={press}
        testId={`flag-${name}`}
      />
    </section>
  );
}
