/** Copies a text, and says that it did. */
import { useSignal } from '@preact/signals'
import { Check, Copy } from 'lucide-preact'

export function CopyButton({ text, label }: { readonly text: string | (() => string); readonly label: string }) {
  const isDone = useSignal(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
    isDone.value = true
    setTimeout(() => {
      isDone.value = false
    }, 1500)
  }
  return (
    <button type="button" class="button is-quiet" onClick={copy}>
      {isDone.value ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />}
      <span aria-live="polite">{isDone.value ? 'Copied' : label}</span>
    </button>
  )
}
