import { findFieldError } from '../../api/request-error.ts';
import { Field } from '../../components/Field.tsx';

/** What an account is made from. */
export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** The fields of a new account. `prefix`: where they stand in the request, for the server's complaints. */
export function NewAccountFields({
  value,
  error,
  prefix = '',
  onChange,
}: {
  value: NewAccount;
  error: Error | null;
  prefix?: string;
  onChange(value: NewAccount): void;
}) {
  return (
    <>
      <Field
        label="Name"
        autoComplete="name"
        required
        autoFocus
        maxLength={100}
        value={value.name}
        error={findFieldError(error, `${prefix}name`)}
        onChange={(event) => onChange({ ...value, name: event.target.value })}
      />
      <Field
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        value={value.email}
        error={findFieldError(error, `${prefix}email`)}
        onChange={(event) => onChange({ ...value, email: event.target.value })}
      />
      <Field
        label="Password"
        type="password"
        autoComplete="new-password"
        required
        minLength={12}
        maxLength={200}
        value={value.password}
        hint="At least 12 characters."
        error={findFieldError(error, `${prefix}password`)}
        onChange={(event) => onChange({ ...value, password: event.target.value })}
      />
    </>
  );
}
