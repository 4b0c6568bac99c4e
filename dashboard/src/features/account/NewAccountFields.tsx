import { findFieldError } from '../../api/request-error.ts';
import { Field } from '../../components/Field.tsx';
import { NewPasswordField } from './NewPasswordField.tsx';

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
        label="Email"
        type="email"
        autoComplete="username"
        required
        maxLength={254}
        value={value.email}
        error={findFieldError(error, `${prefix}email`)}
        onChange={(event) => onChange({ ...value, email: event.target.value })}
      />
      <NewPasswordField
        label="Password"
        value={value.password}
        owner={value}
        error={findFieldError(error, `${prefix}password`)}
        onChange={(password) => onChange({ ...value, password })}
      />
    </>
  );
}
