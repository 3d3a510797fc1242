/** What is shown in the place of what is not there: nothing yet, nothing at all, or an error in AWS's words and under it what it means. */
import type { ComponentChildren } from 'preact'
import { meaningOf, ServerError, wordsOf } from '../server/server-error.ts'
import { CopyButton } from './copy-button.tsx'

export function Failed({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const meaning = meaningOf(error)
  return (
    <div class="told is-bad" role="alert">
      <p>
        {error instanceof ServerError && error.exception !== undefined && <strong>{error.exception}: </strong>}
        {wordsOf(error)}
      </p>
      {meaning !== undefined && <p class="soft">{meaning}</p>}
      {again !== undefined && (
        <button type="button" class="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}

export function Waiting({ what }: { readonly what: string }) {
  return (
    <div class="told" role="status">
      <span class="spinner" aria-hidden="true" /> {what} …
    </div>
  )
}

interface EmptyProps {
  readonly title: string
  /** What to do next. */
  readonly children?: ComponentChildren
  /** A command that does it. */
  readonly command?: string
}

export function Empty({ title, children, command }: EmptyProps) {
  return (
    <div class="told">
      <h2>{title}</h2>
      {children}
      {command !== undefined && <Command text={command} />}
    </div>
  )
}

export function Command({ text }: { readonly text: string }) {
  return (
    <div class="command">
      <pre tabIndex={0}>{text}</pre>
      <CopyButton text={text} label="Copy" />
    </div>
  )
}
