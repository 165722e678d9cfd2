import { useTranslation } from 'react-i18next';
import { errorText } from '#domain/texts/errors';
import { useFormat } from '../lib/format.tsx';
import type { Problem } from '../lib/problem.ts';

/** The sentence of a failed request, in the screen's language. `unreachable` is a key of what did not happen. */
export function useProblemText(): (problem: Problem | null, unreachable?: string) => string | null {
  const { t } = useTranslation();
  const { language, currency, money } = useFormat();
  return (problem, unreachable = 'problem.unreachable') => {
    if (problem === null) return null;
    if (problem.kind === 'unreachable') return t(unreachable);
    const { available_minor, remainder } = problem.params;
    if (problem.code === 'approval.needed' && remainder === 'keep') return t('close.keepPin');
    if (problem.code === 'approval.needed' && typeof available_minor === 'number')
      return t('refund.otherWay', { sum: money(available_minor) });
    return errorText(problem.code, { currency, ...problem.params })[language];
  };
}
