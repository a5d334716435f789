import { type ReactNode, useState } from 'react';
import { Provider } from 'urql';
import { createClient } from '../graphql/client.js';
import { useSession } from '../session/session.js';
import { SignInScreen } from '../session/sign-in.screen.js';
import { Shell } from './shell.js';

/** The door, or the house behind it. */
export function Root() {
  const door = useSession().kind === 'none';
  return <OwnClient key={door ? 'door' : 'house'}>{door ? <SignInScreen /> : <Shell />}</OwnClient>;
}

/** What a client keeps was shown to one session, and goes with it. */
function OwnClient({ children }: { children: ReactNode }) {
  const [client] = useState(createClient);
  return <Provider value={client}>{children}</Provider>;
}
