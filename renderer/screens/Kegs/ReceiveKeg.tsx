import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../app/useProblemText.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ChoiceField, Field } from '../../components/Field.tsx';
import { PageSection } from '../../components/Page.tsx';
import { currencySign } from '#domain/texts/format';
import { useFormat } from '../../lib/format.tsx';
import classes from './Kegs.module.css';
import { KEG_SIZES_ML, NEW_BEVERAGE, useReceiveKeg } from './useReceiveKeg.ts';

/** A keg comes to the bar: what is in it and how much. */
export function ReceiveKeg({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const problemText = useProblemText();
  const form = useReceiveKeg(onClose);
  return (
    <Dialog
      title={t('keg.receive')}
      onClose={onClose}
      problem={problemText(form.action.problem)}
      confirm={{
        label: t('keg.receiveConfirm'),
        blocked: form.blocked,
        busy: form.action.busy,
        onConfirm: () => form.action.run(undefined),
      }}
      testId="dialog-receive-keg"
    >
      <ChoiceField
        label={t('pour.beverage')}
        value={form.beverage}
        options={[
          ...form.beverages.map((one) => ({
            value: String(one.beverage_id),
            label: `${one.name}, ${t('keg.perLitre', { price: format.money(one.price_minor_per_litre) })}`,
          })),
          { value: NEW_BEVERAGE, label: t('keg.newBeverage') },
        ]}
        onChange={form.setBeverage}
        testId="beverage"
      />
      {form.beverage === NEW_BEVERAGE && (
        <div style={{ marginTop: 12, display: 'grid', gap: 12 }}>
          <Field
            label={t('keg.beverageName')}
            value={form.name}
            onChange={form.setName}
            maxLength={80}
            autoFocus
          />
          <div className={classes['grid']}>
            <Field
              label={t('keg.abv')}
              value={form.abv}
              onChange={form.setAbv}
              inputMode="numeric"
              placeholder="4,8"
            />
            <Field
              label={t('keg.price', { sign: currencySign(format.currency) })}
              value={form.price}
              onChange={form.setPrice}
              inputMode="numeric"
              placeholder="300"
            />
          </div>
        </div>
      )}
      <PageSection title={t('keg.size')}>
        <div className={classes['sizes']}>
          {KEG_SIZES_ML.map((ml) => (
            <Button
              key={ml}
              tone={ml === form.size_ml ? 'chosen' : 'plain'}
              pressed={ml === form.size_ml}
              onPress={() => form.setSize(ml)}
            >
              <span className="num">{t('keg.sizeOf', { litres: ml / 1000 })}</span>
            </Button>
          ))}
        </div>
      </PageSection>
      <div className={classes['gap']}>
        <Field
          label={t('kegChange.codeIfAny')}
          value={form.code}
          onChange={form.setCode}
          maxLength={200}
          testId="marking-code"
        />
      </div>
    </Dialog>
  );
}
