import { useQuery } from '@tanstack/react-query';
import { regionsQuery } from '../../api/account.ts';
import { Field } from '../../components/Field.tsx';
import { Select } from '../../components/Select.tsx';
import { formatRegion } from '../domains/regions.ts';

/** What a project consists of, for its form. */
export interface ProjectInput {
  readonly name: string;
  readonly primaryRegion: string;
}

/** The fields of a project. */
export function ProjectFields({
  value,
  nameError,
  onChange,
  autoFocus = false,
}: {
  value: ProjectInput;
  nameError?: string | undefined;
  onChange(value: ProjectInput): void;
  autoFocus?: boolean;
}) {
  const regions = useQuery(regionsQuery()).data?.regions ?? [];
  const keys = regions.map(({ regionKey }) => regionKey);
  if (value.primaryRegion !== '' && !keys.includes(value.primaryRegion)) keys.unshift(value.primaryRegion);
  return (
    <>
      <Field
        label="Name"
        value={value.name}
        error={nameError}
        required
        maxLength={100}
        autoFocus={autoFocus}
        autoComplete="off"
        onChange={(event) => onChange({ ...value, name: event.target.value })}
      />
      <Select
        label="Primary region"
        value={value.primaryRegion}
        options={keys.map((key) => ({ value: key, label: formatRegion(key) }))}
        onChange={(event) => onChange({ ...value, primaryRegion: event.target.value })}
      />
    </>
  );
}
