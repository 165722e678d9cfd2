import { useEffect, useState } from 'react';

/** The value once it has been quiet for `ms`. */
export function useDebounced<T>(value: T, ms: number): T {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setQuiet(value), ms);
    return () => window.clearTimeout(timer);
  }, [value, ms]);
  return quiet;
}
