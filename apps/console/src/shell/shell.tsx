import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { LogOut, Menu } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useMutation } from 'urql';
import { MeDocument, type MeQuery, SignOutDocument } from '../graphql/generated/graphql.js';
import { useScreen } from '../graphql/use-screen.js';
import { LiveProvider } from '../live/live.js';
import { currentSession, leave } from '../session/session.js';
import { Await } from '../ui/await.js';
import { Button } from '../ui/button.js';
import { CallerContext } from './caller.js';
import { Mark } from './mark.js';
import { Navigation } from './navigation.js';
import { ThemeSwitch } from './theme-switch.js';
import { TrainingStrip } from './training-strip.js';

const nobody = {};

/** Everything around a screen: where one is, who one is, and the way to the rest. */
export function Shell() {
  return (
    <Await of={useScreen(MeDocument, nobody)} lines={6}>
      {({ me }) => <Signed me={me} />}
    </Await>
  );
}

function Signed({ me }: MeQuery) {
  const operator = me.kind === 'OPERATOR';
  const menu = useRef<HTMLDialogElement>(null);
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(path);
  // Readers of a screen are told of a new one by the focus, as they would by a new page.
  useEffect(() => {
    if (first.current === path) return;
    first.current = path;
    main.current?.focus();
    window.scrollTo(0, 0);
  }, [path]);

  const who = (
    <div className="flex items-center justify-between gap-2 border-t border-line pt-3">
      <span className="truncate text-quiet" title="Signed in as">
        {me.organisation?.name ?? 'operator'}
      </span>
      <SignOut />
    </div>
  );
  return (
    <LiveProvider>
      <CallerContext value={{ operator, organisationId: me.organisation?.id ?? null }}>
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:fixed focus:z-20 focus:m-2 focus:rounded focus:bg-sheet focus:p-2"
        >
          Skip to content
        </a>
        <div className="mx-auto flex min-h-dvh max-w-[110rem]">
          <aside className="sticky top-0 hidden h-dvh w-56 shrink-0 flex-col gap-5 overflow-y-auto border-r border-line px-3 py-5 lg:flex">
            <Brand />
            <div className="grow">
              <Navigation operator={operator} />
            </div>
            <TrainingStrip />
            <div className="px-2">
              <ThemeSwitch />
            </div>
            <div className="px-2">{who}</div>
          </aside>
          <div className="flex min-w-0 grow flex-col">
            <header className="flex items-center justify-between border-b border-line px-4 py-2 lg:hidden">
              <Brand />
              <Button look="quiet" aria-label="Menu" onClick={() => menu.current?.showModal()}>
                <Menu aria-hidden className="size-5" />
              </Button>
            </header>
            <main id="main" ref={main} tabIndex={-1} className="min-w-0 grow px-4 py-6 outline-none sm:px-8 sm:py-8">
              <Outlet />
            </main>
          </div>
        </div>
        <dialog
          ref={menu}
          aria-label="Menu"
          className="m-0 h-dvh max-h-none w-64 flex-col gap-5 border-r border-line bg-sheet p-4 text-ink open:flex"
        >
          <Navigation operator={operator} onGo={() => menu.current?.close()} />
          <ThemeSwitch />
          {who}
        </dialog>
      </CallerContext>
    </LiveProvider>
  );
}

function Brand() {
  return (
    <Link to="/" className="flex items-center gap-2.5 px-2 text-lg font-semibold tracking-tight">
      <Mark className="size-7" /> Edgelore
    </Link>
  );
}

function SignOut() {
  const [{ fetching }, signOut] = useMutation(SignOutDocument);
  return (
    <Button
      look="quiet"
      aria-label="Sign out"
      title="Sign out"
      disabled={fetching}
      onClick={async () => {
        if (currentSession().kind === 'operator') await signOut({});
        leave();
      }}
    >
      <LogOut aria-hidden className="size-4" />
    </Button>
  );
}
