import { useState } from 'react';
import { Card } from '../../components/Card.tsx';
import { Select } from '../../components/Select.tsx';
import { chooseTheme, recallTheme, THEMES } from '../../components/theme.ts';

/** Which theme this browser shows. */
export function AppearanceCard() {
  const [theme, setTheme] = useState(recallTheme);
  return (
    <Card title="Appearance">
      <div className="max-w-md px-4 py-4">
        <Select
          label="Theme"
          value={theme}
          options={THEMES}
          onChange={(event) => {
            const chosen = THEMES.find(({ value }) => value === event.target.value)?.value ?? 'system';
            chooseTheme(chosen);
            setTheme(chosen);
          }}
        />
        <p className="mt-1 text-small text-muted">For this browser only.</p>
      </div>
    </Card>
  );
}
