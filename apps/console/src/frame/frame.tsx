import { ActionIcon, Drawer, Menu, useMantineColorScheme } from '@mantine/core';
import { IconLogout, IconLogout2, IconMenu2, IconMoon, IconSun, IconSunMoon } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Link, NavLink, useLocation } from 'react-router';
import { Mark } from './mark';
import { useSession, useSignOut } from './session';
import type { ConsolePage, Workspace } from './workspace';

/** Navigation around the page; only pages that the role may open. */
export function Frame({ workspace, children }: { workspace: Workspace; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const main = useMainFocus();
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="frame-top">
        <Brand workspace={workspace} />
        <ActionIcon variant="subtle" size="lg" aria-label="Open navigation" onClick={() => setOpen(true)}>
          <IconMenu2 size={20} />
        </ActionIcon>
      </header>
      <div className="frame-side">
        <Brand workspace={workspace} />
        <Navigation workspace={workspace} />
        <Account />
      </div>
      <Drawer opened={open} onClose={() => setOpen(false)} title={workspace.name} size={280}>
        <div onClick={(event) => (event.target as Element).closest('a') && setOpen(false)}>
          <Navigation workspace={workspace} />
          <Account />
        </div>
      </Drawer>
      <main id="main" className="frame-main" tabIndex={-1} ref={main}>
        {children}
      </main>
    </div>
  );
}

/** A new page is read from its beginning: by eye, and by ear. */
function useMainFocus() {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
    window.scrollTo(0, 0);
  }, [pathname]);
  return main;
}

function Brand({ workspace }: { workspace: Workspace }) {
  return (
    <Link to="/" className="brand">
      <Mark />
      <span>
        Lockkeeper
        <small>{workspace.name}</small>
      </span>
    </Link>
  );
}

function Navigation({ workspace }: { workspace: Workspace }) {
  const { role } = useSession();
  const shown = workspace.pages.filter(({ nav, roles }) => nav && (!roles || roles.includes(role)));
  const groups = [...new Set(shown.map(({ nav }) => nav!.group))];
  return (
    <nav className="nav" aria-label="Pages">
      {groups.map((group) => (
        <div className="nav" key={group ?? ''}>
          {group && <div className="nav-group">{group}</div>}
          {shown
            .filter(({ nav }) => nav!.group === group)
            .map((page) => (
              <NavigationLink key={page.path} page={page} />
            ))}
        </div>
      ))}
    </nav>
  );
}

function NavigationLink({ page: { path, nav } }: { page: ConsolePage }) {
  const { label, icon: Icon } = nav!;
  return (
    <NavLink to={path} end={path === '/'}>
      <Icon size={17} stroke={1.7} />
      {label}
    </NavLink>
  );
}

function Account() {
  const { name, role, by } = useSession();
  const signOut = useSignOut();
  return (
    <div className="frame-account">
      <Menu position="top-start" width={236}>
        <Menu.Target>
          <button type="button" className="account-button">
            <span className="account-mark" aria-hidden="true">
              {name.slice(0, 1).toUpperCase()}
            </span>
            <span className="clip">
              {name}
              <small>
                {role}, by {by === 'key' ? 'key' : 'OpenID'}
              </small>
            </span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <SchemeItems />
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut.mutate(false)}>
            Sign out
          </Menu.Item>
          <Menu.Item leftSection={<IconLogout2 size={16} />} onClick={() => signOut.mutate(true)}>
            Sign out everywhere
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

const SCHEMES = [
  { value: 'auto', label: 'As the system', icon: IconSunMoon },
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
] as const;

function SchemeItems() {
  // Else it would hold them up by a style element, which the page's policy doesn't allow.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return SCHEMES.map(({ value, label, icon: Icon }) => (
    <Menu.Item
      key={value}
      leftSection={<Icon size={16} />}
      rightSection={value === colorScheme ? '✓' : null}
      onClick={() => setColorScheme(value)}
    >
      {label}
    </Menu.Item>
  ));
}
