import { IconPlus, IconSearch, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { openDialog } from '../../app/dialogs.ts';
import { goTo, usePlace } from '../../app/router.ts';
import { holdSearchField, searchText } from '../../app/search.ts';
import { Button } from '../../components/Button.tsx';
import { useStore } from '../../lib/store.ts';
import classes from './Frame.module.css';

/** The one search: what is typed, the server decides what it is. */
export function TopBar() {
  const { t } = useTranslation();
  const text = useStore(searchText);
  const place = usePlace();
  const onChange = (value: string): void => {
    searchText.set(value);
    if (value !== '' && place.screen !== 'visits' && place.screen !== 'guests')
      goTo({ screen: 'visits', visit_id: null });
  };
  return (
    <header className={classes['top']}>
      <div className={classes['search']} role="search">
        <IconSearch size={20} />
        <input
          ref={holdSearchField}
          value={text}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={80}
          aria-label={t('search.label')}
          placeholder={t('search.label')}
          onChange={(event) => onChange(event.currentTarget.value)}
          data-testid="search"
        />
        {text === '' ? (
          <kbd aria-hidden="true">/</kbd>
        ) : (
          <button
            type="button"
            className={classes['clear']}
            aria-label={t('search.clear')}
            onClick={() => onChange('')}
          >
            <IconX size={20} />
          </button>
        )}
      </div>
      <Button
        icon={<IconPlus size={20} />}
        hint="F3"
        onPress={() => openDialog({ kind: 'openVisit', card_uid: null, query: text.trim(), guest_id: null })}
        testId="open-visit"
      >
        {t('visit.open')}
      </Button>
    </header>
  );
}
