import { Menu, useMantineColorScheme } from '@mantine/core';
import {
  IconBarrel,
  IconCashRegister,
  IconChartBar,
  IconCheck,
  IconClipboardCheck,
  IconCreditCardOff,
  IconDots,
  IconDroplet,
  IconGlassFull,
  IconId,
  IconKey,
  IconLanguage,
  IconMoon,
  IconHistory,
  IconSettings,
  IconTag,
  IconVolume,
  IconVolumeOff,
  IconSun,
  IconUsers,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { openDialog } from '../../app/dialogs.ts';
import { goTo, hashOf } from '../../app/router.ts';
import type { Place } from '../../app/router.ts';
import { chooseLanguage } from '../../i18n/index.ts';
import { muted, play, setMuted } from '../../app/sounds.ts';
import { useStore } from '../../lib/store.ts';
import { cx } from '../../lib/cx.ts';
import classes from './Frame.module.css';
import menu from './Menu.module.css';

const SECTIONS: { place: Place; Icon: typeof IconBarrel }[] = [
  { place: { screen: 'visits', visit_id: null }, Icon: IconGlassFull },
  { place: { screen: 'kegs' }, Icon: IconBarrel },
  { place: { screen: 'taps', tap_id: null }, Icon: IconDroplet },
  { place: { screen: 'guests', guest_id: null }, Icon: IconUsers },
  { place: { screen: 'lost' }, Icon: IconCreditCardOff },
  { place: { screen: 'review', view: 'open', chosen: null }, Icon: IconClipboardCheck },
  { place: { screen: 'shift', step: 'home' }, Icon: IconCashRegister },
];

export function Rail({ place, open_reviews }: { place: Place; open_reviews: number }) {
  const { t } = useTranslation();
  return (
    <nav className={classes['rail']} aria-label={t('rail.name')}>
      {SECTIONS.map(({ place: target, Icon }) => {
        const on = target.screen === (place.screen === 'shiftReport' ? 'shift' : place.screen);
        return (
          <a
            key={target.screen}
            href={hashOf(target)}
            className={cx(on && classes['on'])}
            aria-current={on ? 'page' : undefined}
            data-testid={`rail-${target.screen}`}
          >
            <Icon size={24} />
            <span>{t(`rail.${target.screen}`)}</span>
            {target.screen === 'review' && open_reviews > 0 && (
              <b className={cx(classes['count'], 'num')}>{open_reviews > 99 ? '99+' : open_reviews}</b>
            )}
          </a>
        );
      })}
      <More />
    </nav>
  );
}

/** Language, theme and versions: changed in place, without a restart. */
function More() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const chosen = (is: boolean): ReactNode => (is ? <IconCheck size={20} /> : undefined);
  const versions = window.till?.versions;
  const quiet = useStore(muted);
  return (
    <Menu position="right-start" offset={8} width={260} classNames={menu} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" data-testid="rail-more">
          <IconDots size={24} />
          <span>{t('rail.more')}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconChartBar size={20} />}
          onClick={() => goTo({ screen: 'reports', view: 'sales' })}
          data-testid="more-reports"
        >
          {t('reports.title')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconId size={20} />}
          onClick={() => goTo({ screen: 'staff' })}
          data-testid="more-staff"
        >
          {t('staff.title')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconTag size={20} />}
          onClick={() => goTo({ screen: 'prices' })}
          data-testid="more-prices"
        >
          {t('rail.prices')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconHistory size={20} />}
          onClick={() => goTo({ screen: 'events', view: 'actions' })}
          data-testid="more-events"
        >
          {t('rail.events')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSettings size={20} />}
          onClick={() => goTo({ screen: 'settings', view: 'bar' })}
          data-testid="more-settings"
        >
          {t('rail.settings')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKey size={20} />}
          onClick={() => openDialog({ kind: 'ownPin' })}
          data-testid="more-own-pin"
        >
          {t('ownPin.action')}
        </Menu.Item>
        <Menu.Item
          leftSection={quiet ? <IconVolumeOff size={20} /> : <IconVolume size={20} />}
          rightSection={chosen(!quiet)}
          onClick={() => {
            setMuted(!quiet);
            play('card');
          }}
          data-testid="more-sound"
        >
          {t('more.sound')}
        </Menu.Item>
        <Menu.Label>{t('more.language')}</Menu.Label>
        {(['ru', 'en'] as const).map((language) => (
          <Menu.Item
            key={language}
            lang={language}
            leftSection={<IconLanguage size={20} />}
            rightSection={chosen(i18n.language === language)}
            onClick={() => chooseLanguage(language)}
          >
            {language === 'ru' ? 'Русский' : 'English'}
          </Menu.Item>
        ))}
        <Menu.Label>{t('more.theme')}</Menu.Label>
        {(['dark', 'light'] as const).map((theme) => (
          <Menu.Item
            key={theme}
            leftSection={theme === 'dark' ? <IconMoon size={20} /> : <IconSun size={20} />}
            rightSection={chosen(colorScheme === theme)}
            onClick={() => setColorScheme(theme)}
          >
            {t(`more.${theme}`)}
          </Menu.Item>
        ))}
        <Menu.Label>
          {versions ? `Taptill · Electron ${versions.electron} · Chrome ${versions.chrome}` : 'Taptill'}
        </Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}
