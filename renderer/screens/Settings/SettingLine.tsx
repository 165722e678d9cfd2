import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingsWire } from '#domain/protocol/settings';
import { currencySign } from '#domain/texts/format';
import { sessionStore } from '../../app/session.ts';
import { Switch } from '../../components/Switch.tsx';
import { cx } from '../../lib/cx.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import field from '../../components/Field.module.css';
import { timeZones } from '../FirstRun/useFirstRun.ts';
import { typeInto } from './draft.ts';
import type { Section, SettingField, Wrong } from './fields.ts';
import classes from './Settings.module.css';

export interface SettingLineProps {
  section: Section;
  field: SettingField;
  text: string;
  wrong: Wrong | null;
  settings: SettingsWire;
}

/** What it is called, what it means, and its value. */
export function SettingLine(props: SettingLineProps) {
  const { t } = useTranslation();
  const id = useId();
  const { section, wrong } = props;
  const { path } = props.field;
  const least = (props.settings.pour.start_window_ms + props.settings.pour.pour_cap_ms) / 1000;
  return (
    <div className={classes['line']}>
      <div className={classes['words']}>
        <label htmlFor={id}>{t(`settings.label.${section}.${path}`)}</label>
        <p id={`${id}-note`} className={cx(classes['note'], wrong && classes['wrong'])} aria-live="polite">
          {wrong === null
            ? t(`settings.note.${section}.${path}`)
            : t(`settings.wrong.${wrong.wrong}`, { bound: 'bound' in wrong ? wrong.bound : '', least })}
        </p>
      </div>
      <Control {...props} id={id} />
    </div>
  );
}

function Control({ section, field: { path, kind }, text, wrong, id }: SettingLineProps & { id: string }) {
  const { t } = useTranslation();
  const locked = useStore(sessionStore)?.operator.role === 'cashier';
  const change = (next: string): void => typeInto(section, path, next);
  const common = {
    id,
    className: field['input'],
    'aria-describedby': `${id}-note`,
    'aria-invalid': wrong !== null || undefined,
    'data-testid': `setting-${path}`,
  };
  if (kind.as === 'switch')
    return (
      <Switch
        label={t(`settings.label.${section}.${path}`)}
        on={text === 'on'}
        word={t(text === 'on' ? 'settings.on' : 'settings.off')}
        blocked={locked}
        onPress={() => !locked && change(text === 'on' ? 'off' : 'on')}
        testId={`setting-${path}`}
      />
    );
  if (kind.as === 'choice' || kind.as === 'zone')
    return (
      <select
        {...common}
        value={text}
        disabled={locked}
        onChange={(event) => change(event.currentTarget.value)}
      >
        {(kind.as === 'zone' ? timeZones(text) : kind.options).map((option) => (
          <option key={option} value={option}>
            {kind.as === 'zone' ? String(option).replace(/_/g, ' ') : t(`settings.option.${option}`)}
          </option>
        ))}
      </select>
    );
  return (
    <span className={classes['figure']}>
      <input
        {...common}
        value={text}
        readOnly={locked}
        autoComplete="off"
        spellCheck={false}
        maxLength={80}
        inputMode={kind.as === 'text' ? 'text' : 'decimal'}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <Unit kind={kind} />
    </span>
  );
}

function Unit({ kind }: { kind: SettingField['kind'] }) {
  const { t } = useTranslation();
  const { currency } = useFormat();
  if (kind.as === 'money') return <span className="dim">{currencySign(currency)}</span>;
  return kind.as === 'number' && kind.unit !== 'port' ? (
    <span className="dim">{t(`settings.unit.${kind.unit}`)}</span>
  ) : null;
}
