import { Skeleton } from '@mantine/core';

export function Loading({ lines = 4 }: { lines?: number }) {
  return (
    <div className="card card-body stack" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={14} width={`${90 - index * 12}%`} />
      ))}
    </div>
  );
}
