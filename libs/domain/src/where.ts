import { isUuid } from '@edgelore/platform';

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The conditions of one query and their parameters, in step. */
export class Where {
  private readonly conditions: string[] = [];
  readonly values: unknown[] = [];

  /** Adds a condition on a value; one that was not given (null or undefined) sets none. */
  and(value: unknown, condition: (parameter: string) => string): this {
    if (value === null || value === undefined) return this;
    this.values.push(value);
    this.conditions.push(condition(`$${this.values.length}`));
    return this;
  }

  /** Adds a condition that holds for one of the values; for none of no values. */
  any(values: readonly unknown[], condition: (parameter: string) => string): this {
    const each = values.map((value) => condition(`$${this.values.push(value)}`));
    this.conditions.push(each.length === 0 ? 'false' : `(${each.join(' OR ')})`);
    return this;
  }

  /** Adds a condition on an id; what is none finds nothing. */
  id(value: string | null | undefined, condition: (parameter: string) => string): this {
    return this.and(value && !isUuid(value) ? NOBODY : value, condition);
  }

  /** Adds `yes` or `no` as the flag says; nothing where it was not given. */
  flag(value: boolean | null | undefined, yes: string, no: string): this {
    if (value === null || value === undefined) return this;
    this.conditions.push(value ? yes : no);
    return this;
  }

  get sql(): string {
    return this.conditions.length === 0 ? 'true' : this.conditions.join(' AND ');
  }
}
