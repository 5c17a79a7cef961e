import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { credentials, type Schema } from '../../client/credentials';
import { told } from '../../client/problem';

export type Death = Schema['ForecastItem'];
export type DeathCount = Schema['ForecastGroup'];

export interface ForecastSearch {
  apiService?: string;
  cause?: Death['cause'];
  avoidable?: 'true' | 'false';
  withinDays?: number;
}

const PAGE = 50;
/** Deaths are days away: that a rotation moved one is soon enough seen. */
const LIVE_MS = 15_000;

/** Who dies first comes first. */
export const useDeaths = (search: ForecastSearch, limit = PAGE) =>
  useInfiniteQuery({
    queryKey: ['forecast', search, limit],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }) =>
      told(credentials.GET('/v1/forecast', { params: { query: { ...search, limit, ...(after && { after }) } } })),
    getNextPageParam: ({ next }) => next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });

export const useDeathsByWeek = (search: ForecastSearch) =>
  useQuery({
    queryKey: ['forecast', 'weeks', search],
    queryFn: () => told(credentials.GET('/v1/forecast', { params: { query: { ...search, groupBy: 'week' } } })),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });
