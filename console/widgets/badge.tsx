/** A word with a colour that says how it is. The word says it, too. */
import type { ComponentChildren } from 'preact'

export type Tone = 'good' | 'bad' | 'warn' | 'plain' | 'accent'

export function Badge({
  tone = 'plain',
  title,
  children,
}: {
  readonly tone?: Tone
  readonly title?: string
  readonly children: ComponentChildren
}) {
  return (
    <span class={`badge is-${tone}`} title={title}>
      {children}
    </span>
  )
}

export function statusTone(status: string): Tone {
  if (status === 'ACTIVE' || status === 'ENABLED') return 'good'
  return status.endsWith('ING') ? 'warn' : 'bad'
}
