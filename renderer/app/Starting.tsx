import { IconGlassFull } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../components/Bits.tsx';

const PATIENCE_MS = 5_000;

/** Before the first answer of the server; after a while it says what is being waited for. */
export function Starting() {
  const { t } = useTranslation();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLong(true), PATIENCE_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <Empty icon={<IconGlassFull size={40} />}>
      <span role="status">{long ? t('app.waiting') : t('app.starting')}</span>
    </Empty>
  );
}
