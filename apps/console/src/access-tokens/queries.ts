import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { accessTokens, type Schema } from '../client/access-tokens';
import { told } from '../client/problem';

export type TokenState = Schema['TokenStateView'];
export type Consumer = Schema['ConsumerView'];
export type Entitlement = Schema['EntitlementView'];
export type Webhook = Schema['WebhookView'];
export type Notice = Schema['NoticeRecordView'];

const PAGE = 50;
const LIVE_MS = 5000;

export interface TokenSearch {
  apiService?: string;
  search?: string;
}

export const useTokens = (search: TokenSearch) =>
  useInfiniteQuery({
    queryKey: ['tokens', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }) =>
      told(accessTokens.GET('/v1/tokens', { params: { query: { limit: PAGE, ...search, ...(after && { after }) } } })),
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : items.at(-1)!.connectionId),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });

const UUID = /^[0-9a-f-]{36}$/;

/** One that no page of the list has shown yet. */
export const useToken = (connection: string | null) =>
  useQuery({
    queryKey: ['tokens', 'one', connection],
    queryFn: () => told(accessTokens.GET('/v1/tokens', { params: { query: { limit: 1, connection: connection! } } })),
    enabled: connection !== null && UUID.test(connection),
    refetchInterval: LIVE_MS,
  });

const MOST_PREVIEWED = 1000;

/** As many as one page holds: for previews, which say so. */
export const useAllTokens = () =>
  useQuery({
    queryKey: ['tokens', 'all'],
    queryFn: () => told(accessTokens.GET('/v1/tokens', { params: { query: { limit: MOST_PREVIEWED } } })),
  });

export const useConsumers = () =>
  useQuery({
    queryKey: ['consumers'],
    queryFn: () => told(accessTokens.GET('/v1/consumers', { params: { query: { limit: MOST_PREVIEWED } } })),
  });

export const useConsumer = (id: string) =>
  useQuery({
    queryKey: ['consumers', id],
    queryFn: () => told(accessTokens.GET('/v1/consumers/{id}', { params: { path: { id } } })),
  });

export const useWebhooks = (consumer?: string) =>
  useQuery({
    queryKey: ['webhooks', consumer],
    queryFn: () =>
      told(
        accessTokens.GET('/v1/webhooks', {
          params: { query: { limit: MOST_PREVIEWED, ...(consumer && { consumer }) } },
        }),
      ),
    refetchInterval: LIVE_MS,
  });

export interface NoticeSearch {
  state?: Notice['state'];
  apiService?: string;
  user?: string;
}

export const useNotices = (search: NoticeSearch) =>
  useInfiniteQuery({
    queryKey: ['notices', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }) =>
      told(accessTokens.GET('/v1/notices', { params: { query: { limit: PAGE, ...search, ...(after && { after }) } } })),
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : items.at(-1)!.id),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => ((query.state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });
