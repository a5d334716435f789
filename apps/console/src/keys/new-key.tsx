import { zodResolver } from '@hookform/resolvers/zod';
import { type ReactNode, useId, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import * as z from 'zod/mini';
import { CreateKeyDocument, CreateOrganisationDocument } from '../graphql/generated/graphql.js';
import { refusalOf } from '../graphql/outcome.js';
import { useCaller } from '../shell/caller.js';
import { Button } from '../ui/button.js';
import { CopyButton } from '../ui/copy-button.js';
import { Dialog } from '../ui/dialog.js';
import { fieldClass } from '../ui/field.js';

const NEW = 'new';

const name = z.string().check(z.trim(), z.maxLength(100, 'At most 100 letters.'));
const KeyForm = z
  .object({
    name: name.check(z.minLength(1, 'Give it a name.')),
    role: z.enum(['MEMBER', 'ADMIN']),
    organisationId: z.string(),
    newOrganisation: name,
  })
  .check(
    z.refine((form) => form.organisationId !== NEW || form.newOrganisation !== '', {
      path: ['newOrganisation'],
      message: 'Give it a name.',
    }),
  );
type KeyForm = z.infer<typeof KeyForm>;

interface NewKeyProps {
  readonly open: boolean;
  readonly organisations: readonly { readonly id: string; readonly name: string }[];
  readonly onClose: () => void;
}

export function NewKey({ open, organisations, onClose }: NewKeyProps) {
  return (
    <Dialog title="New key" open={open} onClose={onClose}>
      <Making organisations={organisations} onClose={onClose} />
    </Dialog>
  );
}

function Making({ organisations, onClose }: Omit<NewKeyProps, 'open'>) {
  const { operator, organisationId } = useCaller();
  const [secret, setSecret] = useState<string>();
  const [, createKey] = useMutation(CreateKeyDocument);
  const [, createOrganisation] = useMutation(CreateOrganisationDocument);
  const form = useForm<KeyForm>({
    resolver: zodResolver(KeyForm),
    defaultValues: {
      name: '',
      role: 'MEMBER',
      organisationId: organisationId ?? organisations[0]?.id ?? NEW,
      newOrganisation: '',
    },
  });
  const { errors, isSubmitting } = form.formState;

  const make = form.handleSubmit(async ({ name, role, organisationId: chosen, newOrganisation }) => {
    let owner = chosen;
    if (owner === NEW) {
      const made = await createOrganisation({ input: { name: newOrganisation } });
      const refused = refusalOf(made, (data) => data.createOrganisation);
      if (refused) return form.setError('newOrganisation', { message: refused.message });
      if (made.data?.createOrganisation.__typename === 'Organisation') owner = made.data.createOrganisation.id;
    }
    const created = await createKey({ input: { name, role, organisationId: owner } });
    const refused = refusalOf(created, (data) => data.createApiKey);
    if (refused) return form.setError('root', { message: refused.message });
    if (created.data?.createApiKey.__typename === 'CreatedApiKey') setSecret(created.data.createApiKey.secret);
  });

  if (secret !== undefined) {
    return (
      <div className="flex flex-col gap-4">
        <p>This is the key. It is shown this once; the platform keeps only its fingerprint.</p>
        <code className="rounded-md bg-raised p-3 break-all select-all">{secret}</code>
        <div className="flex justify-end gap-2">
          <CopyButton text={secret} />
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form onSubmit={make} noValidate className="flex flex-col gap-4">
      <Field label="Name" error={errors.name?.message}>
        {(field) => <input {...field} autoComplete="off" {...form.register('name')} />}
      </Field>
      {operator && (
        <Field label="Organisation" error={undefined}>
          {(field) => (
            <select {...field} {...form.register('organisationId')}>
              {organisations.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
              <option value={NEW}>a new one</option>
            </select>
          )}
        </Field>
      )}
      {operator && form.watch('organisationId') === NEW && (
        <Field label="Name of the new organisation" error={errors.newOrganisation?.message}>
          {(field) => <input {...field} autoComplete="off" {...form.register('newOrganisation')} />}
        </Field>
      )}
      <Field label="Role" error={undefined}>
        {(field) => (
          <select {...field} {...form.register('role')}>
            <option value="MEMBER">member: describes, asks and reports</option>
            <option value="ADMIN">admin: makes and revokes keys too</option>
          </select>
        )}
      </Field>
      {errors.root && (
        <p role="alert" className="text-bad">
          {errors.root.message}
        </p>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" disabled={isSubmitting}>
          Make the key
        </Button>
      </div>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly error: string | undefined;
  readonly children: (field: {
    id: string;
    className: string;
    'aria-invalid': boolean;
    'aria-describedby': string;
  }) => ReactNode;
}

function Field({ label, error, children }: FieldProps) {
  const id = useId();
  const described = `${id}-error`;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id}>{label}</label>
      {children({ id, className: fieldClass, 'aria-invalid': error !== undefined, 'aria-describedby': described })}
      <p id={described} role="alert" className="text-bad empty:hidden">
        {error}
      </p>
    </div>
  );
}
