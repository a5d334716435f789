import { Monitor, Moon, Sun } from 'lucide-react';
import { ToggleGroup } from 'radix-ui';
import { chooseTheme, type Theme, themes, useChosenTheme } from './theme.js';

const icons = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeSwitch() {
  const chosen = useChosenTheme();
  return (
    <ToggleGroup.Root
      type="single"
      value={chosen}
      aria-label="Theme"
      onValueChange={(theme) => theme && chooseTheme(theme as Theme)}
      className="inline-flex rounded-lg border border-line bg-raised p-0.5"
    >
      {themes.map((theme) => {
        const Icon = icons[theme];
        return (
          <ToggleGroup.Item
            key={theme}
            value={theme}
            aria-label={theme}
            title={theme}
            className="cursor-pointer rounded-md p-1.5 text-quiet data-[state=on]:bg-sheet data-[state=on]:text-ink data-[state=on]:shadow-sheet"
          >
            <Icon aria-hidden className="size-4" />
          </ToggleGroup.Item>
        );
      })}
    </ToggleGroup.Root>
  );
}
