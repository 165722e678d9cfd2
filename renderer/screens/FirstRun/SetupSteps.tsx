import { useTranslation } from 'react-i18next';
import { currencySign } from '#domain/texts/format';
import { Button } from '../../components/Button.tsx';
import { ChoiceField, Field } from '../../components/Field.tsx';
import { KEG_SIZES_ML } from '../Kegs/useReceiveKeg.ts';
import kegs from '../Kegs/Kegs.module.css';
import type { SetupForm } from './FirstRun.tsx';
import classes from './FirstRun.module.css';
import { CURRENCIES, timeZones } from './useFirstRun.ts';
import type { SetupText } from './useFirstRun.ts';

const digits = (text: string, most: number): string => text.replace(/\D/g, '').slice(0, most);

export function BarStep({ form: { text, change } }: { form: SetupForm }) {
  const { t } = useTranslation();
  return (
    <div className={classes['grid']}>
      <div className={classes['whole']}>
        <Field
          label={t('setup.barName')}
          value={text.bar_name}
          onChange={(bar_name) => change({ bar_name })}
          size="large"
          maxLength={80}
          autoFocus
          testId="bar-name"
        />
      </div>
      <ChoiceField
        label={t('setup.currency')}
        value={text.currency}
        options={CURRENCIES.map((one) => ({
          value: one,
          label: `${currencySign(one)} ${t(`setup.currencies.${one}`)}`,
        }))}
        onChange={(currency) => change({ currency: currency as SetupText['currency'] })}
        testId="currency"
      />
      <Field
        label={t('setup.age')}
        value={text.age_limit}
        onChange={(age) => change({ age_limit: digits(age, 2) })}
        inputMode="numeric"
        testId="age-limit"
      />
      <div className={classes['whole']}>
        <ChoiceField
          label={t('setup.zone')}
          value={text.time_zone}
          options={timeZones(text.time_zone).map((zone) => ({ value: zone, label: zone.replace(/_/g, ' ') }))}
          onChange={(time_zone) => change({ time_zone })}
          testId="time-zone"
        />
      </div>
    </div>
  );
}

export function OperatorStep({ form: { text, change } }: { form: SetupForm }) {
  const { t } = useTranslation();
  return (
    <div className={classes['grid']}>
      <div className={classes['whole']}>
        <Field
          label={t('setup.operatorName')}
          value={text.operator_name}
          onChange={(operator_name) => change({ operator_name })}
          size="large"
          maxLength={80}
          autoFocus
          hint={t('setup.operatorHint')}
          testId="operator-name"
        />
      </div>
      <Field
        label={t('setup.pin')}
        value={text.pin}
        onChange={(pin) => change({ pin: digits(pin, 12) })}
        secret
        inputMode="numeric"
        hint={t('setup.pinHint')}
        testId="new-pin"
      />
      <Field
        label={t('setup.pinAgain')}
        value={text.pinAgain}
        onChange={(pin) => change({ pinAgain: digits(pin, 12) })}
        secret
        inputMode="numeric"
        wrong={
          text.pinAgain !== '' && !text.pin.startsWith(text.pinAgain) ? t('setup.missing.pinAgain') : null
        }
        testId="new-pin-again"
      />
    </div>
  );
}

export function TapStep({ form: { text, change } }: { form: SetupForm }) {
  const { t } = useTranslation();
  return (
    <div className={classes['grid']}>
      <div className={classes['whole']}>
        <Field
          label={t('setup.beverage')}
          value={text.beverage}
          onChange={(beverage) => change({ beverage })}
          size="large"
          maxLength={80}
          autoFocus
          testId="beverage-name"
        />
      </div>
      <Field
        label={t('keg.abv')}
        value={text.abv}
        onChange={(abv) => change({ abv })}
        inputMode="numeric"
        placeholder="4,8"
        testId="abv"
      />
      <Field
        label={t('keg.price', { sign: currencySign(text.currency) })}
        value={text.price}
        onChange={(price) => change({ price })}
        inputMode="numeric"
        placeholder="300"
        testId="price"
      />
      <div className={classes['whole']}>
        <span className={classes['label']}>{t('keg.size')}</span>
        <div className={kegs['sizes']}>
          {KEG_SIZES_ML.map((ml) => (
            <Button
              key={ml}
              tone={ml === text.keg_size_ml ? 'chosen' : 'plain'}
              pressed={ml === text.keg_size_ml}
              onPress={() => change({ keg_size_ml: ml })}
            >
              <span className="num">{t('keg.sizeOf', { litres: ml / 1000 })}</span>
            </Button>
          ))}
        </div>
      </div>
      <Field
        label={t('taps.number')}
        value={text.tap_number}
        onChange={(number) => change({ tap_number: digits(number, 2) })}
        inputMode="numeric"
        testId="tap-number"
      />
    </div>
  );
}
