import {
  IconBuildingStore,
  IconCashRegister,
  IconCoins,
  IconDatabaseExport,
  IconDroplet,
  IconGlassFull,
  IconInfoCircle,
  IconPrinter,
  IconToggleRight,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { hashOf } from '../../app/router.ts';
import { SETTINGS_VIEWS } from '../../app/router.ts';
import type { SettingsView } from '../../app/router.ts';
import { Sections } from '../../components/Sections.tsx';
import { About } from './About.tsx';
import { Backups } from './Backups.tsx';
import { FlagList } from './FlagList.tsx';
import { SectionPage } from './SectionPage.tsx';

const ICONS: Record<SettingsView, typeof IconCoins> = {
  bar: IconBuildingStore,
  pour: IconDroplet,
  service: IconGlassFull,
  money: IconCoins,
  till: IconCashRegister,
  printer: IconPrinter,
  flags: IconToggleRight,
  backup: IconDatabaseExport,
  about: IconInfoCircle,
};

/** What the bar decides for itself, group by group. */
export function Settings({ view }: { view: SettingsView }) {
  const { t } = useTranslation();
  const sections = SETTINGS_VIEWS.map((one) => {
    const Icon = ICONS[one];
    return {
      key: one,
      href: hashOf({ screen: 'settings', view: one }),
      title: t(`settings.group.${one}`),
      icon: <Icon size={20} />,
      on: one === view,
    };
  });
  return (
    <Sections label={t('settings.groups')} sections={sections} testId="settings">
      <Part key={view} view={view} />
    </Sections>
  );
}

function Part({ view }: { view: SettingsView }) {
  if (view === 'flags') return <FlagList />;
  if (view === 'backup') return <Backups />;
  if (view === 'about') return <About />;
  return <SectionPage section={view} />;
}
