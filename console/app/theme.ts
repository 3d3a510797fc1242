/** Light, dark, or as the reader's machine has it; kept for the next visit. */
import { type Signal, signal } from '@preact/signals'

export type Theme = 'auto' | 'light' | 'dark'

const place = 'stator-theme'
const themes: readonly Theme[] = ['auto', 'light', 'dark']

export const theme: Signal<Theme> = signal(themes.find((each) => each === localStorage.getItem(place)) ?? 'auto')

export function nextTheme(): void {
  theme.value = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'auto'
  localStorage.setItem(place, theme.value)
  applyTheme()
}

export function applyTheme(): void {
  document.documentElement.dataset['theme'] = theme.value
}
