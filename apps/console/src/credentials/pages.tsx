import {
  IconAlertOctagon,
  IconApi,
  IconBellRinging,
  IconCalendarTime,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconPlugConnected,
} from '@tabler/icons-react';
import { Audit } from '../access/audit';
import { Keys } from '../access/keys';
import type { ConsolePage } from '../frame/workspace';
import { ApiServicePage } from './api-services/api-service';
import { ApiServices } from './api-services/api-services';
import { NewApiService } from './api-services/new-api-service';
import { ConnectionPage } from './connections/connection';
import { Connections } from './connections/connections';
import { Forecast } from './forecast/forecast';
import { Panic } from './panic/panic';
import { Notices } from './notices/notices';
import { Overview } from './overview/overview';

const ROLES = [
  { value: 'admin', label: 'admin: everything' },
  { value: 'operator', label: 'operator: works on connections' },
  { value: 'auditor', label: 'auditor: reads everything but secrets' },
];
const READERS = ['admin', 'auditor'];

export const pages: readonly ConsolePage[] = [
  { path: '/', element: <Overview />, nav: { label: 'Overview', icon: IconLayoutDashboard } },
  { path: '/api-services', element: <ApiServices />, nav: { label: 'API services', icon: IconApi } },
  { path: '/api-services/new', element: <NewApiService />, roles: ['admin'] },
  { path: '/api-services/:slug', element: <ApiServicePage /> },
  { path: '/connections', element: <Connections />, nav: { label: 'Connections', icon: IconPlugConnected } },
  { path: '/connections/:id', element: <ConnectionPage /> },
  { path: '/forecast', element: <Forecast />, nav: { label: 'Forecast', icon: IconCalendarTime } },
  { path: '/notices', element: <Notices />, nav: { label: 'Notices', icon: IconBellRinging } },
  { path: '/panic', element: <Panic />, nav: { label: 'Panic', icon: IconAlertOctagon } },
  {
    path: '/audit',
    element: <Audit />,
    roles: READERS,
    nav: { label: 'Audit log', icon: IconListDetails, group: 'Workspace' },
  },
  {
    path: '/keys',
    element: <Keys roles={ROLES} />,
    roles: READERS,
    nav: { label: 'Keys', icon: IconKey, group: 'Workspace' },
  },
];
