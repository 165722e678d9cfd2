import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Figure, Warning } from '../../components/Bits.tsx';
import { Page, PageSection } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useNow } from '../../lib/clock.ts';
import { useFormat } from '../../lib/format.tsx';
import { backupMood } from './backupMood.ts';
import classes from './Settings.module.css';

/** Its parts stay whole where the line breaks. */
const RESTORE = ['npm run restore --', '--from FILE', '--data FOLDER', '--passphrase-file FILE'];

/** How old the newest backup is, and how a dead till comes back. */
export function Backups() {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const { data } = useQuery(
    trpc.about.get.queryOptions(undefined, { staleTime: 0, refetchInterval: 30_000 }),
  );
  const title = t('settings.group.backup');
  if (!data) return <Page title={title}>{null}</Page>;
  const { backup } = data;
  const age = backup.last_at === null ? null : now - Date.parse(backup.last_at);
  const mood = backupMood(backup, age);
  return (
    <Page title={title} testId="settings-backup">
      <div className={classes['prose']}>
        {mood !== 'good' && (
          <Warning fact={t(`backup.${mood}`)}>
            {t(`backup.${mood}Text`)}
            {backup.problem !== null && <span className={classes['code']}> {backup.problem}</span>}
          </Warning>
        )}
        <div className={classes['figures']}>
          <Figure
            label={t('backup.last')}
            value={backup.last_at === null ? t('backup.never') : format.moment(backup.last_at)}
            note={age === null ? undefined : t('backup.ago', { stay: format.stay(Math.max(0, age)) })}
            attention={mood !== 'good'}
            testId="backup-last"
          />
          <Figure
            label={t('backup.second')}
            value={t(backup.second_place ? 'backup.secondYes' : 'backup.secondNo')}
            attention={!backup.second_place}
          />
        </div>
        <p className="dim">{t('backup.when')}</p>
      </div>
      <PageSection title={t('backup.restore')}>
        <div className={classes['prose']}>
          <ol>
            {(['off', 'computer', 'command', 'z', 'start', 'taps', 'receipts'] as const).map((step) => (
              <li key={step}>
                {t(`backup.step.${step}`)}
                {step === 'command' && (
                  <>
                    {' '}
                    <code>{RESTORE.flatMap((word) => [<span key={word}>{word}</span>, ' '])}</code>
                  </>
                )}
              </li>
            ))}
          </ol>
          <p className="dim">{t('backup.passphrase')}</p>
        </div>
      </PageSection>
    </Page>
  );
}
