import { useQuery } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useBoard } from '../../app/board.ts';
import { Pairs } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page } from '../../components/Page.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { saveFile } from '../../lib/saveFile.ts';
import { diagnosticsOf } from './diagnostics.ts';
import classes from './Settings.module.css';

/** Versions for the engineer on the phone, and a file for them without guests' names and secrets. */
export function About() {
  const { t } = useTranslation();
  const format = useFormat();
  const { board } = useBoard();
  const { data: about } = useQuery(trpc.about.get.queryOptions(undefined, { staleTime: 0 }));
  const { data: nodes = [] } = useQuery(trpc.nodes.list.queryOptions());
  const { data: flags = [] } = useQuery(trpc.flags.list.queryOptions());
  const { data: settings } = useQuery(trpc.settings.get.queryOptions());
  const title = t('settings.group.about');
  if (!about || !board || !settings) return <Page title={title}>{null}</Page>;
  const versions = window.till?.versions;
  const save = (): void => {
    const screen = {
      language: document.documentElement.lang,
      size: `${window.innerWidth}×${window.innerHeight}`,
      browser: navigator.userAgent,
      electron: versions?.electron ?? null,
    };
    const text = diagnosticsOf({
      about,
      board,
      nodes,
      flags,
      settings,
      screen,
      at: new Date().toISOString(),
    });
    saveFile(`taptill-diagnostics-${board.server_time.slice(0, 10)}.json`, text, 'application/json');
  };
  return (
    <Page title={title} testId="settings-about">
      <div className={classes['prose']}>
        <Pairs
          pairs={[
            ['Taptill', about.version],
            [t('about.protocol'), String(about.protocol_version)],
            ['Node', about.node],
            ['PostgreSQL', about.postgresql],
            ...(versions
              ? ([['Electron', `${versions.electron} · Chrome ${versions.chrome}`]] as [string, string][])
              : []),
            [t('about.platform'), about.platform],
            [t('about.started'), format.moment(about.started_at)],
            [t('about.nodes'), nodesOf(nodes)],
            [t('about.bar'), about.incarnation.slice(0, 8)],
          ]}
        />
        <p className="dim">{t('about.fileText')}</p>
        <div className="row">
          <Button icon={<IconDownload size={20} />} onPress={save} testId="save-diagnostics">
            {t('about.file')}
          </Button>
        </div>
      </div>
    </Page>
  );

  function nodesOf(all: typeof nodes): string {
    const there = all.filter((node) => node.state === 'active');
    if (there.length === 0) return t('bar.nonePaired');
    return there.map((node) => node.software ?? t('about.unknown')).join(', ');
  }
}
