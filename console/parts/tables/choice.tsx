/** A row of a form: what it is about, and what can be done about it. */
import type { ComponentChildren } from 'preact'

export function Choice({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <div class="choices" role="group" aria-label={label}>
      <strong class="choice-label">{label}</strong>
      {children}
    </div>
  )
}
