import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme.css';
import { Button, Drawer, MantineProvider, Menu, Modal, createTheme } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, Suspense, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter, Link, Navigate, Route, Routes, useLocation } from 'react-router';
import { watchPresence } from '../client/presence';
import { ApiProblem, problemOf } from '../client/problem';
import { Empty } from '../parts/empty';
import { Loading } from '../parts/loading';
import { ProblemNote } from '../parts/problem-note';
import { Frame } from './frame';
import { SessionContext, useSessionQuery } from './session';
import { SignIn } from './sign-in';
import type { ConsolePage, Workspace } from './workspace';

/** Of windows and drawers: to lock the page's scrolling they would make a style element, which the page's policy doesn't allow. */
const OVER_THE_PAGE = { lockScroll: false, closeButtonProps: { 'aria-label': 'Close' } };

const theme = createTheme({
  cursorType: 'pointer',
  fontFamily: 'var(--lk-font)',
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: OVER_THE_PAGE }),
    Drawer: Drawer.extend({ defaultProps: OVER_THE_PAGE }),
    // A menu holds its entries alone (WAI-ARIA 1.2, menu): the first of them has the focus.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
  },
});

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refused, it refuses again; what did not reach it may.
      retry: (count, error) => count < 2 && !(error instanceof ApiProblem && error.problem.status > 0),
      refetchOnWindowFocus: true,
      staleTime: 5_000,
    },
    // What was typed or made may be a secret: it is forgotten with the form, not minutes later.
    mutations: { gcTime: 0 },
  },
});

/** Draws a workspace's console into its page. */
export function startConsole(workspace: Workspace): void {
  watchPresence();
  createRoot(document.getElementById('console')!).render(
    <StrictMode>
      {/* Style elements that are made in the page would need `unsafe-inline`: what they hold is in theme.css. */}
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <Notifications position="bottom-right" />
            <Whole workspace={workspace} />
          </BrowserRouter>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

function Whole({ workspace }: { workspace: Workspace }) {
  const session = useSessionQuery();
  if (session.isPending) return <Loading />;
  if (session.isError) return <ProblemNote problem={problemOf(session.error)} />;
  if (!session.data) return <SignIn workspace={workspace} />;
  const { role } = session.data;
  return (
    <SessionContext value={session.data}>
      <Frame workspace={workspace}>
        <PageTitle workspace={workspace} />
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/sign-in" element={<Navigate to="/" replace />} />
            {workspace.pages.map((page) => (
              <Route key={page.path} path={page.path} element={mayOpen(page, role) ? page.element : <NotYours />} />
            ))}
            <Route path="*" element={<Nowhere />} />
          </Routes>
        </Suspense>
      </Frame>
    </SessionContext>
  );
}

const mayOpen = ({ roles }: ConsolePage, role: string): boolean => !roles || roles.includes(role);

/** What the tab says. */
function PageTitle({ workspace }: { workspace: Workspace }) {
  const { pathname } = useLocation();
  useEffect(() => {
    const page = workspace.pages.find(
      ({ path, nav }) => nav && (path === '/' ? pathname === '/' : pathname.startsWith(path)),
    );
    document.title = `${page?.nav?.label ?? 'Lockkeeper'} · ${workspace.name}`;
  }, [pathname, workspace]);
  return null;
}

function NotYours() {
  return (
    <Empty page title="Your role can’t open this page" action={<ToTheBeginning />}>
      An admin of this workspace can give you a key with another role, or sign in here.
    </Empty>
  );
}

function Nowhere() {
  return (
    <Empty page title="There is no such page" action={<ToTheBeginning />}>
      The address may be mistyped, or what it showed may be gone.
    </Empty>
  );
}

const ToTheBeginning = () => (
  <Button component={Link} to="/" variant="default">
    To the first page
  </Button>
);
