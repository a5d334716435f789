/** `operator` is a person who signs in; the other two are roles of API keys. */
export type Role = 'operator' | 'admin' | 'member';

export type Permission =
  | 'organisation:manage'
  | 'key:manage'
  | 'task:read'
  | 'task:write'
  | 'trial:write'
  | 'model:read'
  | 'model:manage';

const member: readonly Permission[] = ['task:read', 'task:write', 'trial:write', 'model:read'];

const granted: Readonly<Record<Role, readonly Permission[]>> = {
  operator: ['organisation:manage', 'key:manage', 'task:read', 'model:read', 'model:manage'],
  admin: [...member, 'key:manage'],
  member,
};

export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return new Set(granted[role]);
}
