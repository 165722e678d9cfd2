import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../../i18n/index.ts';
import classes from './SignIn.module.css';

export function Languages() {
  const { t, i18n } = useTranslation();
  return (
    <div className={classes['languages']} role="group" aria-label={t('more.language')}>
      {(['ru', 'en'] as const).map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-label={language === 'ru' ? 'RU, Русский' : 'EN, English'}
          aria-pressed={i18n.language === language}
          onClick={() => chooseLanguage(language)}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
