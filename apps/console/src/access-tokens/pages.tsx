import {
  IconBellRinging,
  IconBolt,
  IconKey,
  IconListDetails,
  IconSend,
  IconTicket,
  IconUsers,
} from '@tabler/icons-react';
import { Audit } from '../access/audit';
import { Keys } from '../access/keys';
import type { ConsolePage } from '../frame/workspace';
import { ConsumerPage } from './consumers/consumer';
import { Consumers } from './consumers/consumers';
import { Events } from './events/events';
import { Notices } from './notices/notices';
import { Request } from './request/request';
import { Tokens } from './tokens/tokens';

const ROLES = [
  { value: 'admin', label: 'admin: makes consumers and keys' },
  { value: 'auditor', label: 'auditor: reads everything but tokens' },
];
const STAFF = ['admin', 'auditor'];

export const pages: readonly ConsolePage[] = [
  { path: '/', element: <Tokens />, nav: { label: 'Tokens', icon: IconTicket } },
  { path: '/consumers', element: <Consumers />, roles: STAFF, nav: { label: 'Consumers', icon: IconUsers } },
  { path: '/consumers/:id', element: <ConsumerPage />, roles: STAFF },
  { path: '/request', element: <Request />, nav: { label: 'Request', icon: IconSend } },
  { path: '/notices', element: <Notices />, nav: { label: 'Notices', icon: IconBellRinging } },
  { path: '/events', element: <Events />, nav: { label: 'Events', icon: IconBolt } },
  {
    path: '/audit',
    element: <Audit />,
    roles: STAFF,
    nav: { label: 'Audit log', icon: IconListDetails, group: 'Workspace' },
  },
  {
    path: '/keys',
    element: <Keys roles={ROLES} />,
    roles: STAFF,
    nav: { label: 'Keys', icon: IconKey, group: 'Workspace' },
  },
];
