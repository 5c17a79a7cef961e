import { Button } from '@mantine/core';

interface MoreProps {
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  /** What the next page holds. */
  label?: string;
}

/** A list's next page, while there is one. */
export function More({ of: { hasNextPage, isFetchingNextPage, fetchNextPage }, label = 'Show more' }: MoreProps) {
  if (!hasNextPage) return null;
  return (
    <Button size="compact-sm" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
      {label}
    </Button>
  );
}
