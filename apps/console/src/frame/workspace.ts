import type { ComponentType, ReactNode } from 'react';

export interface Session {
  name: string;
  role: string;
  by: 'key' | 'openid';
  consumerId: string | null;
  endsAt: string | null;
  idleSeconds: number;
}

/** One page of a console. */
export interface ConsolePage {
  path: string;
  element: ReactNode;
  /** Who may open it; everybody if it isn't said. */
  roles?: readonly string[];
  /** How it stands in the navigation; without it, other pages lead there. */
  nav?: { label: string; icon: ComponentType<{ size?: number; stroke?: number }>; group?: string };
}

/** What the frame has to know about the workspace that it stands around. */
export interface Workspace {
  name: 'credentials' | 'access-tokens';
  keyPrefix: string;
  pages: readonly ConsolePage[];
}
