import { useSearchParams } from 'react-router';

/** What a page shows, as it stands in its address; a change takes the place of what was there, so that Back leaves the page, unless it is pushed. */
export function useAddress<Name extends string>() {
  const [address, setAddress] = useSearchParams();
  const set = (name: Name, value: string | null, how: 'replace' | 'push' = 'replace'): void =>
    setAddress(
      (current) => {
        const next = new URLSearchParams(current);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: how === 'replace' },
    );
  return [address, set] as const;
}
