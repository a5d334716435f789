import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import { useClient } from 'urql';
import * as z from 'zod/mini';
import { faultOf } from '../graphql/fault.js';
import { MeDocument, SignInDocument } from '../graphql/generated/graphql.js';
import { Mark } from '../shell/mark.js';
import { Button } from '../ui/button.js';
import { fieldClass } from '../ui/field.js';
import { enter } from './session.js';

const Door = z.object({ secret: z.string().check(z.trim(), z.minLength(1, 'Type the password or a key.')) });
type Door = z.infer<typeof Door>;

export function SignInScreen() {
  const client = useClient();
  const { register, handleSubmit, setError, formState } = useForm<Door>({ resolver: zodResolver(Door) });
  const refused = formState.errors.secret?.message;

  const signIn = handleSubmit(async ({ secret }) => {
    const refuse = (message: string) => setError('secret', { message });
    if (secret.startsWith('edl_')) {
      const headers = { 'x-edgelore-console': '1', authorization: `Bearer ${secret}` };
      const { error } = await client.query(
        MeDocument,
        {},
        { requestPolicy: 'network-only', fetchOptions: { headers } },
      );
      if (error === undefined) return enter({ kind: 'key', key: secret });
      const fault = faultOf(error);
      return refuse(fault.code === 'UNAUTHENTICATED' ? 'This key is not known here.' : fault.message);
    }
    const { data, error } = await client.mutation(SignInDocument, { input: { password: secret } });
    if (data?.signIn.__typename === 'Me') return enter({ kind: 'operator' });
    if (error) return refuse(faultOf(error).message);
    const failure = data?.signIn;
    refuse(failure?.code === 'UNAUTHENTICATED' ? 'This is neither the password nor a key.' : (failure?.message ?? ''));
  });

  return (
    <main className="grid min-h-dvh place-items-center p-6">
      <form
        onSubmit={signIn}
        noValidate
        className="flex w-full max-w-sm flex-col gap-4 rounded-2xl border border-line bg-sheet p-8 shadow-sheet"
      >
        <div className="flex items-center gap-3">
          <Mark className="size-9" />
          <h1 className="text-2xl font-semibold tracking-tight">Edgelore</h1>
        </div>
        <div className="flex flex-col gap-1">
          <label htmlFor="secret" className="font-medium">
            Operator password or API key
          </label>
          <input
            id="secret"
            type="password"
            autoComplete="current-password"
            className={fieldClass}
            aria-invalid={refused !== undefined}
            aria-describedby="refusal"
            {...register('secret')}
          />
          <p id="refusal" role="alert" className="min-h-5 text-bad">
            {refused}
          </p>
        </div>
        <Button type="submit" look="primary" disabled={formState.isSubmitting}>
          Sign in
        </Button>
        <p className="text-quiet">
          The password was printed once, when the platform started for the first time. A key starts with{' '}
          <code>edl_</code>; it is kept in this tab only.
        </p>
      </form>
    </main>
  );
}
