import { useQuery } from '@tanstack/react-query';
import { IconClockHour5, IconEdit, IconGlassFull, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PriceRuleWire } from '#domain/protocol/prices';
import { openDialog } from '../../app/dialogs.ts';
import { showNotice } from '../../app/notices.ts';
import { sessionStore } from '../../app/session.ts';
import { Empty } from '../../components/Bits.tsx';
import { Button } from '../../components/Button.tsx';
import { Page, PageSection } from '../../components/Page.tsx';
import { StateBadge } from '../../components/StateBadge.tsx';
import { trpc } from '../../lib/api.ts';
import { useFormat } from '../../lib/format.tsx';
import { useStore } from '../../lib/store.ts';
import table from '../Kegs/Kegs.module.css';
import { clockOf, dayRuns } from './ruleText.ts';

/** What the bar sells and for how much, and when it costs less. */
export function Prices() {
  const { t } = useTranslation();
  const format = useFormat();
  const cashier = useStore(sessionStore)?.operator.role === 'cashier';
  const { data: beverages = [] } = useQuery(trpc.beverages.list.queryOptions(undefined, { staleTime: 0 }));
  const { data: rules } = useQuery(
    trpc.prices.list.queryOptions(undefined, { staleTime: 0, refetchInterval: 60_000 }),
  );
  const lead = {
    blocked: cashier ? t('blocked.not_your_role.short') : null,
    onBlocked: () => showNotice({ kind: 'say', text: t('blocked.not_your_role.instead') }),
  };
  return (
    <Page
      title={t('rail.prices')}
      aside={
        <div className="row">
          <Button
            {...lead}
            icon={<IconPlus size={20} />}
            onPress={() => openDialog({ kind: 'beverage' })}
            testId="add-beverage"
          >
            {t('prices.addBeverage')}
          </Button>
          <Button
            {...lead}
            tone="primary"
            icon={<IconClockHour5 size={20} />}
            onPress={() => openDialog({ kind: 'priceRule', rule: null })}
            testId="add-rule"
          >
            {t('prices.addRule')}
          </Button>
        </div>
      }
      testId="prices"
    >
      <PageSection title={t('prices.rules')}>
        {rules?.length === 0 && <p className="dim">{t('prices.noRules')}</p>}
        {rules !== undefined && rules.length > 0 && (
          <table className={table['table']}>
            <tbody>
              {rules.map((rule) => (
                <RuleLine key={rule.rule_id} rule={rule} lead={lead} />
              ))}
            </tbody>
          </table>
        )}
      </PageSection>
      <PageSection title={t('prices.beverages')}>
        {beverages.length === 0 && (
          <Empty icon={<IconGlassFull size={40} />}>{t('prices.noBeverages')}</Empty>
        )}
        <table className={table['table']}>
          <tbody>
            {beverages.map((one) => (
              <tr key={one.beverage_id} data-testid={`beverage-${one.beverage_id}`}>
                <td className="strong">{one.name}</td>
                <td className="dim">{one.style}</td>
                <td className={table['right']}>{format.permille(one.abv_permille)}</td>
                <td className={table['right']}>
                  {t('keg.perLitre', { price: format.money(one.price_minor_per_litre) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </PageSection>
    </Page>
  );
}

/** «пн–пт, 17:00–19:00» */
export function useWhen(): (
  rule: Pick<PriceRuleWire, 'weekdays' | 'from_minute' | 'until_minute'>,
) => string {
  const { t } = useTranslation();
  return ({ weekdays, from_minute, until_minute }) => {
    const days =
      weekdays.length === 7
        ? t('prices.daily')
        : dayRuns(weekdays)
            .map(([first, last]) =>
              first === last
                ? t(`prices.day.${first}`)
                : `${t(`prices.day.${first}`)}–${t(`prices.day.${last}`)}`,
            )
            .join(', ');
    return `${days}, ${clockOf(from_minute)}–${clockOf(until_minute)}`;
  };
}

function RuleLine({
  rule,
  lead,
}: {
  rule: PriceRuleWire;
  lead: { blocked: string | null; onBlocked: () => void };
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const when = useWhen();
  const { effect } = rule;
  return (
    <tr data-testid={`rule-${rule.rule_id}`}>
      <td className="strong">{rule.name}</td>
      <td>
        {when(rule)}
        {rule.staff_only && <div className="dim">{t('prices.staffOnly')}</div>}
      </td>
      <td className="dim">{rule.beverage ?? t('prices.everything')}</td>
      <td className={table['right']}>
        {effect.kind === 'percent'
          ? t('prices.off', { percent: effect.percent_off })
          : t('keg.perLitre', { price: format.money(effect.price_minor_per_litre) })}
      </td>
      <td>
        {rule.on_now && (
          <StateBadge tone="live" icon={<IconClockHour5 size={16} />}>
            {t('prices.onNow')}
          </StateBadge>
        )}
      </td>
      <td className={table['right']} style={{ width: 112 }}>
        <div className="row">
          <Button
            {...lead}
            blocked={null}
            size="row"
            square
            label={t('guests.edit')}
            icon={<IconEdit size={20} />}
            onPress={() =>
              lead.blocked === null ? openDialog({ kind: 'priceRule', rule }) : lead.onBlocked()
            }
            testId={`edit-rule-${rule.rule_id}`}
          />
          <Button
            size="row"
            square
            tone="dangerEntry"
            label={t('prices.remove')}
            icon={<IconTrash size={20} />}
            onPress={() =>
              lead.blocked === null ? openDialog({ kind: 'removeRule', rule }) : lead.onBlocked()
            }
            testId={`remove-rule-${rule.rule_id}`}
          />
        </div>
      </td>
    </tr>
  );
}
