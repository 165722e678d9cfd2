import { useQuery } from '@tanstack/react-query';
import { IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EnrolmentWire } from '#domain/protocol/equipment';
import type { BoardWire } from '#domain/protocol/till';
import { useProblemText } from '../../app/useProblemText.ts';
import { Prompt } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field, Tick } from '../../components/Field.tsx';
import { PageSection } from '../../components/Page.tsx';
import { client, trpc } from '../../lib/api.ts';
import { useNow } from '../../lib/clock.ts';
import { useFormat } from '../../lib/format.tsx';
import { useAction } from '../../lib/useAction.ts';
import classes from './Taps.module.css';

export interface ConnectTapProps {
  board: BoardWire;
  tap_id: number | null;
  onClose: () => void;
}

/** A code is made here and typed at the tap's computer, once. Then the tap is seen here by itself. */
export function ConnectTap(props: ConnectTapProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const form = useConnectTap(props);
  if (form.enrolment !== null)
    return (
      <Dialog
        title={t('connect.title')}
        subtitle={form.name}
        size={780}
        cancel={t('dialog.close')}
        onClose={props.onClose}
        testId="dialog-connect-tap"
      >
        {form.connected ? (
          <Prompt done icon={<IconCheck size={80} />} title={t('connect.done')}>
            <p>{t('connect.doneText')}</p>
          </Prompt>
        ) : (
          <TheCode enrolment={form.enrolment} />
        )}
      </Dialog>
    );
  return (
    <Dialog
      title={t('connect.title')}
      subtitle={t('connect.subtitle')}
      onClose={props.onClose}
      problem={problemText(form.action.problem)}
      confirm={{
        label: t('connect.confirm'),
        blocked: form.blocked,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-connect-tap"
    >
      <Field
        label={t('connect.name')}
        value={form.name}
        onChange={form.setName}
        maxLength={80}
        autoFocus
        hint={t('connect.nameHint')}
      />
      <PageSection title={t('connect.which')}>
        <Choices form={form} />
      </PageSection>
    </Dialog>
  );
}

type Form = ReturnType<typeof useConnectTap>;

function Choices({ form }: { form: Form }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (form.free.length === 0) return <p className="dim">{t('connect.noFree')}</p>;
  return (
    <div className={classes['ticks']}>
      {form.free.map((tap) => (
        <Tick
          key={tap.tap_id}
          label={t('lock.tap', { tap: format.number(tap.number) })}
          checked={form.tap_ids.includes(tap.tap_id)}
          onChange={(on) => form.tick(tap.tap_id, on)}
        />
      ))}
    </div>
  );
}

function TheCode({ enrolment }: { enrolment: EnrolmentWire }) {
  const { t } = useTranslation();
  const format = useFormat();
  const left = Date.parse(enrolment.expires_at) - useNow();
  const command = `npm run tap -- --enrol ${enrolment.code}`;
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard?.writeText(command).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <div className={classes['code']}>
      <p className="dim">{t('connect.typeIt')}</p>
      <output className={classes['secret']} data-testid="enrolment-code">
        {enrolment.code}
      </output>
      <pre className={classes['command']}>{command}</pre>
      <div className="row">
        <Button size="row" onPress={copy}>
          {copied ? t('connect.copied') : t('connect.copy')}
        </Button>
        <span className="space" />
        <span className="dim" role="status">
          {left > 0 ? t('connect.expires', { left: format.span(left) }) : t('connect.expired')}
        </span>
      </div>
    </div>
  );
}

function useConnectTap({ board, tap_id }: ConnectTapProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const free = board.taps.filter((tap) => tap.silent_ms === null);
  const first = free.find((tap) => tap.tap_id === tap_id) ?? free[0];
  const [tap_ids, setTapIds] = useState<number[]>(first ? [first.tap_id] : []);
  const [name, setName] = useState(() => (first ? t('lock.tap', { tap: format.number(first.number) }) : ''));
  const [enrolment, setEnrolment] = useState<EnrolmentWire | null>(null);
  const { data: nodes } = useQuery(
    trpc.nodes.list.queryOptions(undefined, { refetchInterval: enrolment === null ? false : 2_000 }),
  );
  const [before, setBefore] = useState<number[]>([]);
  const action = useAction({
    send: () => client.nodes.createEnrolment.mutate({ name: name.trim(), tap_ids }),
    done: (answer) => {
      setBefore((nodes ?? []).map((node) => node.node_id));
      setEnrolment(answer);
    },
  });
  return {
    free,
    tap_ids,
    tick: (id: number, on: boolean) =>
      setTapIds((old) => (on ? [...old, id] : old.filter((one) => one !== id))),
    name,
    setName,
    enrolment,
    connected: enrolment !== null && (nodes ?? []).some((node) => !before.includes(node.node_id)),
    blocked:
      name.trim() === '' ? t('connect.nameFirst') : tap_ids.length === 0 ? t('connect.tapFirst') : null,
    action,
  };
}
