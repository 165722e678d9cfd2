import { useQuery } from '@tanstack/react-query';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { SettingsWire } from '#domain/protocol/settings';
import { openDialog } from '../../app/dialogs.ts';
import { sessionStore } from '../../app/session.ts';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useStore } from '../../lib/store.ts';
import { drafts, dropDraft } from './draft.ts';
import { FIELDS, sectionForm } from './fields.ts';
import type { Section, SectionForm } from './fields.ts';
import { SettingLine } from './SettingLine.tsx';
import classes from './Settings.module.css';

/** One group of settings: what each means, what it is, and one step that saves all that was changed. */
export function SectionPage({ section }: { section: Section }) {
  const { t } = useTranslation();
  const { data: settings } = useQuery(trpc.settings.get.queryOptions(undefined, { staleTime: 0 }));
  const draft = useStore(drafts)[section] ?? {};
  const title = t(`settings.group.${section}`);
  if (!settings) return <Page title={title}>{null}</Page>;
  const form = sectionForm(section, settings, draft);
  return (
    <Page
      title={title}
      testId={`settings-${section}`}
      foot={<Foot section={section} form={form} settings={settings} />}
    >
      <div className={classes['lines']}>
        {FIELDS[section].map((field) => (
          <SettingLine
            key={field.path}
            section={section}
            field={field}
            text={form.shown.get(field.path) ?? ''}
            wrong={form.wrong.get(field.path) ?? null}
            settings={settings}
          />
        ))}
      </div>
    </Page>
  );
}

function Foot({ section, form, settings }: { section: Section; form: SectionForm; settings: SettingsWire }) {
  const { t } = useTranslation();
  const role = useStore(sessionStore)?.operator.role;
  const { changed, values } = form;
  if (role === 'cashier')
    return (
      <span className="row dim">
        <IconLock size={20} />
        {t('settings.mayOnlyLook')}
      </span>
    );
  if (changed.length === 0 && form.wrong.size === 0)
    return <span className="dim">{t('settings.nothingChanged')}</span>;
  return (
    <>
      <div className="row">
        <Button tone="outline" onPress={() => dropDraft(section)} testId="drop-settings">
          {t('settings.drop')}
        </Button>
        <span className="dim">{t('settings.changed', { count: changed.length })}</span>
      </div>
      <Button
        tone="primary"
        size="money"
        blocked={values === null ? t('settings.fixFirst') : null}
        onPress={() =>
          values !== null &&
          openDialog({ kind: 'saveSettings', section, settings, changed: [...changed], values })
        }
        testId="save-settings"
      >
        {t('settings.save')}
      </Button>
    </>
  );
}
