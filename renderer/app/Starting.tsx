import { IconGlassFull } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../components/Bits.tsx';

const PATIENCE_MS = 5_000;
/** the same parts as in the page before the program has run: nothing moves when it takes over */
const FRAME = ['rail', 'top', 'list', 'taps', 'bar'];

/** Before the first answer of the server; after a while it says what is being waited for. */
export function Starting() {
  const { t } = useTranslation();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setLong(true), PATIENCE_MS);
    return () => window.clearTimeout(timer);
  }, []);
  return (
    <div className="skeleton">
      {FRAME.map((part) => (
        <i key={part} />
      ))}
      <Empty icon={<IconGlassFull size={40} />}>
        <span role="status">{long ? t('app.waiting') : t('app.starting')}</span>
      </Empty>
    </div>
  );
}
