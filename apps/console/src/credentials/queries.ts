import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { credentials, type Schema } from '../client/credentials';
import { told } from '../client/problem';

/** What changes by itself is asked for again while it is looked at. */
const LIVE_MS = 5000;

export type Connection = Schema['ConnectionView'];
export type ApiService = Schema['ApiServiceView'];
export type ConnectionStatus = Connection['status'];

export interface ConnectionSearch {
  apiService?: string;
  status?: ConnectionStatus;
  search?: string;
  sort: 'care' | 'user' | 'expires';
}

const PAGE = 50;

export const useConnections = (search: ConnectionSearch, limit = PAGE) =>
  useInfiniteQuery({
    queryKey: ['connections', search, limit],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      told(credentials.GET('/v1/connections', { params: { query: { ...search, limit, ...(cursor && { cursor }) } } })),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });

export const useConnectionCounts = (query: { apiService?: string; search?: string }) =>
  useQuery({
    queryKey: ['connections', 'counts', query],
    queryFn: () => told(credentials.GET('/v1/connections/counts', { params: { query } })),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });

export const useConnection = (id: string, everyMs = LIVE_MS) =>
  useQuery({
    queryKey: ['connection', id],
    queryFn: () => told(credentials.GET('/v1/connections/{id}', { params: { path: { id } } })),
    refetchInterval: everyMs,
  });

export const useTimeline = (id: string, everyMs = LIVE_MS) =>
  useQuery({
    queryKey: ['connection', id, 'timeline'],
    queryFn: () => told(credentials.GET('/v1/connections/{id}/timeline', { params: { path: { id } } })),
    refetchInterval: everyMs,
  });

export const useApiServices = () =>
  useQuery({
    queryKey: ['api-services'],
    queryFn: () => told(credentials.GET('/v1/api-services')),
    refetchInterval: LIVE_MS * 3,
  });

export const useApiService = (slug: string) =>
  useQuery({
    queryKey: ['api-services', slug],
    queryFn: () => told(credentials.GET('/v1/api-services/{slug}', { params: { path: { slug } } })),
    refetchInterval: LIVE_MS,
  });

export const useStatistics = (hours: number) =>
  useQuery({
    queryKey: ['statistics', hours],
    queryFn: () => told(credentials.GET('/v1/statistics', { params: { query: { hours } } })),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });

export type Notice = Schema['NoticeRecordView'];

export const useNotices = (query: { state?: Notice['state']; connection?: string }, limit = 200) =>
  useQuery({
    queryKey: ['notices', query, limit],
    queryFn: () => told(credentials.GET('/v1/notices', { params: { query: { ...query, limit } } })),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });
