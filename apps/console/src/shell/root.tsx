import { lazy, type ReactNode, Suspense, useState } from 'react';
import { Provider } from 'urql';
import { createClient } from '../graphql/client.js';
import { useSession } from '../session/session.js';
import { Shell } from './shell.js';

const SignInScreen = lazy(() =>
  import('../session/sign-in.screen.js').then((module) => ({ default: module.SignInScreen })),
);

/** The door, or the house behind it. */
export function Root() {
  const door = useSession().kind === 'none';
  return (
    <OwnClient key={door ? 'door' : 'house'}>
      {door ? (
        <Suspense>
          <SignInScreen />
        </Suspense>
      ) : (
        <Shell />
      )}
    </OwnClient>
  );
}

/** What a client keeps was shown to one session, and goes with it. */
function OwnClient({ children }: { children: ReactNode }) {
  const [client] = useState(createClient);
  return <Provider value={client}>{children}</Provider>;
}
